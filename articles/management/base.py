"""What the archive's commands have in common."""

import os
import re
import sys
from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, InternalError, OperationalError

# Control characters, what Unicode takes for the end of a line, and marks that turn the direction of writing.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class ArchiveCommand(BaseCommand):
    """A command that ends with a line and an exit status: 3 where the database fails (it stopped, its disk is full, the connection
    was lost), 130 where somebody stops it, 141 where nobody reads what it writes. Every command works in transactions, so what was
    done until then is whole."""

    # They load the pages, which no command needs, and take a third of what a run over an unchanged archive takes.
    requires_system_checks = []
    when_interrupted = "Run the same command again."

    def execute(self, *args, **options):
        try:
            try:
                return super().execute(*args, **options)
            finally:
                sys.stdout.flush()
        except (OperationalError, InterfaceError, InternalError) as error:
            reason = str(error).strip().split("\n")[0] or type(error).__name__
            raise CommandError(f"The database failed: {reason}. {self.when_interrupted}", returncode=3) from error
        except KeyboardInterrupt:
            raise CommandError(f"Interrupted. {self.when_interrupted}", returncode=130) from None
        except BrokenPipeError:
            # As `head` does when it has enough. Python would write the rest at its end, and fail once more.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for stream in (sys.stdout, sys.stderr):
                os.dup2(nowhere, stream.fileno())
            sys.exit(141)


def on_one_line(text: str) -> str:
    """The text with what would end the line, or do something to a terminal, written as `\\x1b`. File names may hold anything."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def counted(number: int, noun: str) -> str:
    """A number of these; `noun` is a plural, or a word without one."""
    return f"{number:,} {noun.removesuffix('s') if number == 1 else noun}"


def number_from(least: int):
    """For an argument's `type`: a whole number from this on, as large as one of Postgres' integers at most."""

    def number(text):
        if text.isdecimal() and int(text[:11]) in range(least, 2**31):
            return int(text)
        raise ArgumentTypeError(f"{text!r} is no whole number from {least} to {2**31 - 1}.")

    return number


def interrupt(signum, frame):
    """For `signal.signal`: what Ctrl-C does."""
    raise KeyboardInterrupt
