import pytest

from articles.importing.check import check_archive
from articles.importing.merging import merge_names, separate_names
from articles.importing.rebuild import rebuild_posts
from articles.importing.undo import undo_import
from articles.models import Author, ImportRun, Post, Site, Tag

from .files import run_import, write_post
from .state import archive_state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path):
    write_post(tmp_path, "2023-09-01-a.md", source="https://a.example/1", tags="[ 火車, 旅行, 铁路, 随想 ]", author="林一舟")
    write_post(tmp_path, "2023-09-02-b.md", source="https://a.example/2", tags="[ 火車 ]", author="林 一 舟")
    write_post(tmp_path, "2023-09-03-c.md", source="https://m.a.example/3", tags="[ 旅行 ]", extra="published: false")
    return tmp_path


@pytest.fixture
def archive(files):
    run_import(files)


def by_name(model, name):
    return model.objects.get(name=name)


def merge(model, name, into):
    merge_names([by_name(model, name)], by_name(model, into))


def tags_of(slug):
    return list(Post.objects.get(slug=slug).post_tags.values_list("tag__name", "position"))


def test_posts_go_under_the_other_name_at_their_first_place(archive):
    merge(Tag, "铁路", into="火車")
    assert tags_of("a") == [("火車", 0), ("旅行", 1), ("随想", 2)]
    assert dict(Tag.objects.values_list("name", "post_count")) == {"火車": 2, "铁路": 0, "旅行": 1, "随想": 1}


@pytest.mark.parametrize(
    ("model", "name", "into"), [(Tag, "火車", "铁路"), (Author, "林 一 舟", "林一舟"), (Site, "m.a.example", "a.example")]
)
def test_a_merge_is_what_an_import_that_follows_it_makes(files, model, name, into):
    run_import(files)
    merge(model, name, into)
    merged = archive_state()
    for _ in rebuild_posts(print):
        pass
    assert archive_state() == merged
    assert check_archive(repair=False, on_finding=print) == (0, 0)


def test_files_that_come_later_follow_the_merge(archive, files):
    merge(Tag, "火車", into="铁路")
    write_post(files, "2023-09-09-d.md", source="https://a.example/9", tags="[ 火車 ]")
    run_import(files)
    assert tags_of("d") == [("铁路", 0)]


def test_a_merged_name_is_merged_on_with_the_other(archive):
    merge(Tag, "火車", into="铁路")
    merge(Tag, "铁路", into="旅行")
    assert {tag.merged_into for tag in Tag.objects.filter(name__in=["火車", "铁路"])} == {by_name(Tag, "旅行")}


def test_a_name_that_was_merged_stands_for_the_other_as_a_target(archive):
    merge(Tag, "火車", into="铁路")
    merge(Tag, "旅行", into="火車")
    assert by_name(Tag, "旅行").merged_into == by_name(Tag, "铁路")


def test_merging_a_name_into_itself_changes_nothing(archive):
    before = archive_state()
    merge(Tag, "火車", into="火車")
    assert archive_state() == before


def test_a_merge_can_be_taken_back(archive):
    before = archive_state()
    merge(Tag, "火車", into="铁路")
    separate_names([by_name(Tag, "火車")])
    assert archive_state() == before


def test_the_merged_name_leads_to_the_other(archive, client):
    merge(Tag, "火車", into="铁路")
    assert client.get("/tags/火車/")["Location"] == by_name(Tag, "铁路").get_absolute_url()
    assert client.get("/tags/火車/atom.xml")["Location"] == by_name(Tag, "铁路").get_absolute_url() + "atom.xml"
    assert client.get("/search/", {"q": "tag:火車"}).context["search"].counted.total == 2


def test_facets_count_a_post_with_both_names_once(archive, client):
    merge(Tag, "火車", into="铁路")
    facets = dict(client.get("/search/", {"q": "列车"}).context["search"].facets)
    assert next((name.name, name.count) for name, _ in facets["tag"]) == ("铁路", 2)


def test_an_undone_import_leaves_the_merge(archive, files):
    merge(Tag, "火車", into="铁路")
    undo_import(ImportRun.objects.get())
    run_import(files)
    assert tags_of("b") == [("铁路", 0)]
