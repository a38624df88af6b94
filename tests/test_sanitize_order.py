"""What is derived is the same in every process: hashes, and with them some orders, differ between them."""

import subprocess
import sys

DERIVE = """
from datetime import UTC, datetime
from articles.importing.clean import clean_body
from articles.importing.records import FrontMatter
now = datetime(2020, 1, 1, tzinfo=UTC)
body = '<p><img src="https://a.example/x.png" alt="y"></p><video src="https://a.example/v.mp4"></video>'
print(clean_body(FrontMatter("t", now, "", now.date(), "s", body=body)).html)
"""


def test_html_is_the_same_in_every_process():
    # nh3's own order of added attributes was another one in five of six processes.
    outcomes = {subprocess.run([sys.executable, "-c", DERIVE], capture_output=True, text=True).stdout for _ in range(6)}
    assert len(outcomes) == 1
    assert 'loading="lazy"' in outcomes.pop()
