"""A port that can't be used is told before anything else is done."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def check_port(port):
    return subprocess.run(
        [sys.executable, "-m", "newsarchive.port"],
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, "PORT": str(port)},
        capture_output=True,
        text=True,
    )


def test_a_port_in_use_is_told_and_a_free_one_is_not():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        told = check_port(port)
    assert told.returncode == 1
    assert told.stderr.startswith(f"The archive can't be served on port {port}: Address already in use.")
    assert check_port(port).returncode == 0


@pytest.mark.parametrize(("port", "reason"), [("70000", "there is no such port"), ("x", "PORT='x': expected")])
def test_what_is_no_port_is_told(port, reason):
    told = check_port(port)
    assert told.returncode == 1
    assert reason in told.stderr
    assert "Traceback" not in told.stderr
