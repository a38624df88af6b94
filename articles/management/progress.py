"""How far a command is."""

import sys

from tqdm import tqdm

# Elsewhere than on a terminal, a line each so many.
_LINE_EVERY = 10_000


class Progress:
    """Tells on stderr how far a command is: a bar with rate and remaining time on a terminal, a line now and then elsewhere.

    `total` may be set later, when it is known. A context manager.
    """

    def __init__(self, unit: str, total: int | None = None):
        self.is_on_terminal = sys.stderr.isatty()
        self._unit, self._done = unit, 0
        self._bar = tqdm(total=total, unit=f" {unit}", file=sys.stderr, disable=not self.is_on_terminal, dynamic_ncols=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self._bar.close()

    def set_total(self, total: int):
        self._bar.total = total

    def add(self, number: int, note: str = ""):
        """So many more are done. `note` goes behind the line that tells it."""
        before, self._done = self._done, self._done + number
        self._bar.update(number)
        if not self.is_on_terminal and self._done // _LINE_EVERY > before // _LINE_EVERY:
            self.write(sys.stderr, f"{self._done:,} {self._unit} so far{note}")

    def write(self, stream, line: str):
        """A line of something else, past the bar."""
        with tqdm.external_write_mode(file=sys.stderr):
            stream.write(f"{line}\n")
