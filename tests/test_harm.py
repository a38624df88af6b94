import pytest

from articles.importing.check import check_archive
from articles.importing.harm import harmful_parts
from articles.importing.rebuild import rebuild_posts

from .bodies import clean
from .files import run_import, write_post


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>列车</p>", []),
        ('<a href="https://a.example/?javascript:1">x</a>', []),
        ('<a href="/2023-09-11/a:b/">x</a>', []),
        ('<img src="data:image/png;base64,AAAA">', []),
        ("<p>&lt;script&gt;</p>", []),
        ("<script>1</script>", ["<script>"]),
        ("<SCRIPT>1</SCRIPT>", ["<script>"]),
        ("<p onclick=x>1</p>", ["onclick on <p>"]),
        ('<img src=x onerror="x">', ["onerror on <img>"]),
        ("<p style='position:fixed'>1</p>", ["style on <p>"]),
        ("<a href=' javascript:x'>1</a>", ["href=' javascript:x'"]),
        ("<a href='java&#115;cript:x'>1</a>", ["href='javascript:x'"]),
        ("<a href='data:text/html,x'>1</a>", ["href='data:text/html,x'"]),
        ("<img src='data:image/svg+xml,x'>", ["src='data:image/svg+xml,x'"]),
        ("<svg><a>1</a></svg>", ["<svg>"]),
        ("<form action='/admin/'><input name=a></form>", ["<form>", "<input>"]),
        ("<iframe src='https://a.example/'></iframe>", ["<iframe>"]),
    ],
)
def test_what_could_harm_a_reader_is_found(html, found):
    assert harmful_parts(html) == found


def test_nothing_harmful_is_left_of_an_attack():
    html = "<script>x</script><p onclick=x style=x><a href='javascript:x'>1</a><iframe src='//a'></iframe><svg onload=x></p>"
    assert harmful_parts(clean(html).html) == []


@pytest.mark.django_db(transaction=True)
def test_a_check_reports_harm_that_the_rules_let_through(tmp_path, monkeypatch):
    write_post(tmp_path)
    run_import(tmp_path)
    monkeypatch.setattr("articles.importing.clean.sanitize", lambda html: f"{html}<p onclick='x()'>")
    for _ in rebuild_posts(print):
        pass
    findings = []
    assert check_archive(repair=True, on_finding=findings.append) == (1, 0)
    assert findings[0].what.endswith("its HTML holds onclick on <p>")
