"""How many requests a second the archive answers, beside an empty view with the same middleware.

    .venv/bin/python benchmarks/serving.py [--seconds 3] [--rounds 5] [--connections 16]

Serves the archive that the settings name, with gunicorn.conf.py as it is, once with every page made anew and once with the page
cache. wrk (Debian's package) asks for each kind of page in turns, for a few seconds a turn, with different addresses where there
are many. Printed are medians over the rounds, of requests a second and of the processor time that a request took in gunicorn's
workers and, where it is the embedded one, Postgres; and each as a share of the empty view's. Where others use the machine, only the
processor times can be compared. wrk runs on the same cores.
"""

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PORT = 8765
# Different addresses a kind; of all kinds together fewer than a process keeps in its memory.
ADDRESSES = 80

WRK_SCRIPT = """
local addresses, at = {}, 0
for line in io.lines("%s") do addresses[#addresses + 1] = line end
request = function()
  at = at %% #addresses + 1
  return wrk.format("GET", addresses[at])
end
"""


def kinds() -> dict[str, list[str]]:
    """The addresses of each kind of page."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "newsarchive.settings"
    django.setup()
    from articles.models import Post, Tag
    from articles.views.paging import cursor_of

    random.seed(1)
    newest = list(Post.objects.published().newest_first().values_list("pk", flat=True))
    posts = list(Post.objects.filter(pk__in=random.sample(newest, min(ADDRESSES, len(newest)))))
    tags = [tag.get_absolute_url() for tag in Tag.objects.most_used()[:ADDRESSES]]
    return {
        "empty view": ["/empty/"],
        "front page": ["/"],
        "older page": [f"/?older_than={cursor_of(post)}" for post in posts],
        "post": [post.get_absolute_url() for post in posts],
        "tag": tags,
        "search": [f"/search/?q={urllib.parse.quote(post.title[:2])}" for post in posts[:50]],
    }


class Server:
    """gunicorn, with every page made anew or with the page cache."""

    def __init__(self, uncached):
        environment = os.environ | {"PORT": str(PORT), "PYTHONPATH": str(ROOT / "benchmarks")}
        environment |= {"UNCACHED": "1"} if uncached else {}
        self._process = subprocess.Popen(
            [Path(sys.executable).parent / "gunicorn", "serving_site"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self):
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/").close()
                return self
            except OSError:
                time.sleep(0.2)
        raise SystemExit("gunicorn does not answer")

    def __exit__(self, *error):
        self._process.terminate()
        self._process.wait()

    def processor_seconds(self) -> float:
        """What the workers and their connections' processes have used so far."""
        processes = psutil.Process(self._process.pid).children()
        with suppress(FileNotFoundError):
            postmaster = int((ROOT / "var/postgres/data/postmaster.pid").read_text().split("\n")[0])
            processes += psutil.Process(postmaster).children()
        return sum(sum(process.cpu_times()[:2]) for process in processes)

    def measure(self, addresses, seconds, connections) -> tuple[float, float]:
        """Requests a second, and milliseconds of processor time a request. Stops where one of the answers is no page."""
        before = self.processor_seconds()
        with tempfile.TemporaryDirectory() as folder:
            listed, script = Path(folder) / "addresses", Path(folder) / "script.lua"
            listed.write_text("\n".join(addresses))
            script.write_text(WRK_SCRIPT % listed)
            wrk = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{PORT}"]
            told = subprocess.run(wrk, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in told:
            raise SystemExit(told)
        requests = int(re.search(r"(\d+) requests in", told)[1])
        if not requests:
            raise SystemExit("the machine is too busy: no request was answered")
        used = (self.processor_seconds() - before) * 1000 / requests
        return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), used


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    addresses = kinds()
    medians = {}
    for uncached in (True, False):
        with Server(uncached) as server:
            measured = {kind: [] for kind in addresses}
            # The first round fills what is kept.
            for number in range(options.rounds + 1):
                for kind, listed in addresses.items():
                    figures = server.measure(listed, options.seconds, options.connections)
                    measured[kind] += [figures] if number else []
            medians[uncached] = {
                kind: [statistics.median(each) for each in zip(*figures, strict=True)] for kind, figures in measured.items()
            }
    report(medians)


def report(medians):
    """The table. Shares are of the empty view made anew: of its rate, and of the processor time upside down."""
    print("| page | made anew: a second | share | ms | share | from the cache: a second | share | ms | share |")
    print("|---|---|---|---|---|---|---|---|---|")
    empty_rate, empty_used = medians[True]["empty view"]
    for kind in medians[True]:
        cells = [
            f"{rate:,.0f} | {rate / empty_rate:.2f} | {used:.2f} | {empty_used / used:.2f}"
            for rate, used in (medians[True][kind], medians[False][kind])
        ]
        print(f"| {kind} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
