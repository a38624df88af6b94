"""What a worker process can do for ever. Apart from the tests, as the process loads this module and no Django."""

from articles.importing import work


def count_for_ever():
    """Within C code, where no signal is heard."""
    work._SECONDS_MORE = 0.1
    with work._time_limit() as set_limit:
        set_limit(0.1)
        sum(range(10**15))
