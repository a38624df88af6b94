#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    # Not above: the import's worker processes load this file too, and need no Django.
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
    execute_from_command_line(sys.argv)
