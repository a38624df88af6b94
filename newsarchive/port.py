"""Before `make run` does anything that takes time: whether PORT is free. Ends with a line and status 1 where it is not."""

import os
import socket
import sys

from django.core.exceptions import ImproperlyConfigured

from newsarchive.environment import env_int


def why_not(port: int) -> str:
    """Why nothing can be served at this port of this machine; empty where it can."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OverflowError:
        return "there is no such port"
    except OSError as error:
        return os.strerror(error.errno)
    return ""


if __name__ == "__main__":
    try:
        port = env_int("PORT", 8000)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    if reason := why_not(port):
        sys.exit(f"The archive can't be served on port {port}: {reason}. Name another one: make run PORT=8123")
