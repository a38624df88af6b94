"""The real posts, where they are at hand."""

import json
from urllib.parse import quote

import pytest
from django.core.management import call_command

from articles.models import ArchivedFile, Post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def imported(capsys, *paths):
    call_command("import_posts", *map(str, paths), "--json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("name", "files"), [("society", 15_271), ("teahouse", 5_946), ("oped2", 868)])
def test_every_real_post_is_imported_once_and_then_unchanged(corpus, capsys, client, name, files):
    counts = imported(capsys, corpus / f"{name}.tar.gz")
    assert counts["failed"] == 0
    assert counts["created"] + counts["captures"] + counts["unchanged"] == files
    assert counts["created"] == Post.objects.count()
    assert imported(capsys, corpus / f"{name}.tar.gz")["unchanged"] == files
    for day, slug in ArchivedFile.objects.values_list("day", "slug").order_by("path_key")[:200]:
        assert client.get(f"/{day}/{quote(slug)}/").status_code in (200, 301)


def test_the_model_post_is_shown_at_its_old_address(corpus, capsys, client):
    assert imported(capsys, corpus / "seed")["created"] == 1
    page = client.get("/2023-09-11/俄朝确认金正恩和普京峰会-传金已动身/").content.decode()
    for part in (
        "俄朝确认金正恩和普京峰会 传金已动身",
        "大纪元",
        "https://www.epochtimes.com/gb/23/9/11/n14071528.htm",
        "保密与安全</h2>",
    ):
        assert part in page
