"""History, comparisons, captures, and the posts that changed last."""

import hashlib

import pytest
from django.contrib.auth import get_user_model

from articles.importing.editing import save_edit, set_hidden
from articles.models import Post, Revision

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)

DATE = "2023-09-11T13:26:13.000Z"


@pytest.fixture
def post(tmp_path):
    """A post with two captures: a title and a sentence of its text were changed."""
    body = "<div>\n<p>列车在{}离开车站。</p>\n<p>雨下了一夜。</p>\n<script>alert(1)</script>\n</div>\n"
    write_post(tmp_path, "2023-09-11-first.md", title="夜车开往兰州", body=body.format("黄昏"))
    write_post(tmp_path, "2023-09-12-second.md", title="夜车开往敦煌", date="2023-09-12T09:00:00Z", body=body.format("清晨"))
    run_import(tmp_path)
    return Post.objects.get()


def history_of(post):
    return f"{post.get_absolute_url()}history/"


def captures_of(post):
    return list(post.revisions.captures().newest_first())


def compare(client, post, old, new):
    parameters = {"from": bytes(old.sha256).hex(), "to": bytes(new.sha256).hex()}
    return client.get(f"{history_of(post)}compare/", parameters)


def test_a_history_lists_every_capture_with_what_is_known_of_it(post, client, django_assert_num_queries):
    with django_assert_num_queries(3):
        page = client.get(history_of(post)).content.decode()
    for revision in captures_of(post):
        sha256 = hashlib.sha256(bytes(revision.content)).hexdigest()
        for part in (revision.title, revision.path, sha256, f"/captures/{sha256}/"):
            assert part in page
    assert page.index("夜车开往敦煌") < page.index("夜车开往兰州")


def test_a_long_history_is_paged_and_none_is_missed(tmp_path, client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("articles.views.history._STATES_A_PAGE", 2)
    for number in range(5):
        write_post(tmp_path, f"2023-09-1{number}-post.md", date=f"2023-09-1{number}T08:00:00Z")
    run_import(tmp_path)
    address, seen = history_of(Post.objects.get()), []
    parameters = {}
    for _ in range(3):
        with django_assert_num_queries(3):
            context = client.get(address, parameters).context
        seen += [state.sha256 for state, _ in context["states"]]
        parameters = {"after": context["more"]}
    assert len(seen) == len(set(seen)) == 5
    assert context["more"] is None


def test_two_captures_are_compared_by_character(post, client, django_assert_num_queries):
    new, old = captures_of(post)
    with django_assert_num_queries(3):
        page = compare(client, post, old, new).content.decode()
    for part in ("夜车开往<del>兰州</del>", "夜车开往<ins>敦煌</ins>", "列车在<del>黄昏</del>离开", "列车在<ins>清晨</ins>离开"):
        assert part in page


def test_captures_that_read_the_same_are_told_so(tmp_path, client):
    write_post(tmp_path, "2023-09-11-first.md")
    write_post(tmp_path, "2023-09-12-second.md", extra="mood: calm")
    run_import(tmp_path)
    new, old = captures_of(Post.objects.get())
    assert "A reader sees no difference" in compare(client, Post.objects.get(), old, new).content.decode()


def test_what_is_too_long_to_compare_is_told(post, client, monkeypatch):
    monkeypatch.setattr("articles.history.changes._SHOWN_BYTES", 10)
    new, old = captures_of(post)
    assert "too long to be compared" in compare(client, post, old, new).content.decode()
    assert "too large to be shown" in client.get(new.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "query", ["", "from=1&to=2", "from=%00&to=", f"from={'a' * 64}&to={'b' * 64}", "from[]=x", f"to={'f' * 9000}"]
)
def test_a_comparison_of_what_is_not_there_is_not_found(post, client, query):
    assert client.get(f"{history_of(post)}compare/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["after=0", "after=x", "after=%00", f"after={'9' * 40}", "after=-1"])
def test_a_page_of_a_history_that_is_not_there_is_not_found(post, client, query):
    assert client.get(f"{history_of(post)}?{query}").status_code == 404


def test_a_post_that_changed_says_so_and_leads_to_its_history(post, client):
    page = client.get(post.get_absolute_url()).content.decode()
    assert "changed since first published" in page
    assert f'href="{history_of(post)}"' in page


@pytest.mark.parametrize("page", ["history/", "history/?after=1", "history/compare/?from=x&to=y", "timemap/", "timegate/"])
def test_a_page_under_another_address_of_the_post_leads_to_its_own(post, client, page):
    response = client.get(f"/2023-09-11/first/{page}")
    assert (response.status_code, response["Location"]) == (301, f"{post.get_absolute_url()}{page}")


def test_an_edit_is_part_of_the_history_without_its_editor(post, client):
    editor = get_user_model().objects.create_user("margarete")
    save_edit(post, {"title": "夜车停运"}, editor)
    page = client.get(history_of(post)).content.decode()
    assert "Edited here" in page
    assert "夜车停运" in page
    assert "margarete" not in page
    edit = Revision.objects.get(kind="edit")
    assert "<ins>停运</ins>" in compare(client, post, captures_of(post)[0], edit).content.decode()
    assert "edited here" in client.get(post.get_absolute_url()).content.decode()


def test_an_edit_that_is_no_longer_shown_is_no_reader_s_business(post, client):
    slip = save_edit(post, {"title": "错字"})
    post.refresh_from_db()
    save_edit(post, {"title": "改好了"})
    assert "错字" not in client.get(history_of(post)).content.decode()
    assert compare(client, post, captures_of(post)[0], slip).status_code == 404
    assert client.get(slip.get_absolute_url()).status_code == 404


def test_a_capture_is_shown_safe_under_an_address_that_stays(post, client, django_assert_num_queries):
    old = captures_of(post)[1]
    with django_assert_num_queries(1):
        response = client.get(f"/captures/{hashlib.sha256(bytes(old.content)).hexdigest()}/")
    page = response.content.decode()
    for part in ("夜车开往兰州", "列车在黄昏离开车站。", old.path, DATE, "A capture, as it came", post.get_absolute_url()):
        assert part in page
    assert "alert(1)" not in page


def test_a_capture_s_file_is_a_download_and_runs_nowhere(post, client):
    old = captures_of(post)[1]
    response = client.get(f"{old.get_absolute_url()}file/")
    assert b"".join(response.streaming_content) == bytes(old.content)
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_file_name_with_line_breaks_is_no_server_error(tmp_path, client):
    write_post(tmp_path, '2023-09-11-a\r\nSet-Cookie: b="c".md')
    run_import(tmp_path)
    response = client.get(f"{Revision.objects.get().get_absolute_url()}file/")
    assert response.status_code == 200
    assert "\n" not in response["Content-Disposition"]


def test_nothing_of_a_hidden_post_is_shown(post, client):
    new, old = captures_of(post)
    set_hidden(Post.objects.all(), hidden=True)
    addresses = [new.get_absolute_url(), f"{new.get_absolute_url()}file/", history_of(post), f"/timegate/{post.source_url}"]
    addresses += [f"{post.get_absolute_url()}{name}/" for name in ("timemap", "timegate")]
    assert [client.get(address).status_code for address in addresses] == [404] * 6
    assert compare(client, post, old, new).status_code == 404
    assert "敦煌" not in client.get("/changes/").content.decode()


@pytest.mark.parametrize("sha256", ["a" * 64, "A" * 64, "x", "a" * 63])
def test_a_capture_that_is_not_kept_is_not_found(client, sha256):
    assert client.get(f"/captures/{sha256}/").status_code == 404


@pytest.fixture
def changed(tmp_path):
    """Five posts, each changed by a run of its own, and one that wasn't."""
    write_post(tmp_path, "2023-01-01-calm.md", title="没有改过", source="https://one.example/calm")
    for number in range(5):
        for state in "ab":
            name = f"2023-01-0{number + 2}-{state}.md"
            write_post(tmp_path, name, title=f"改过 {number} {state}", source=f"https://one.example/{number}")
            run_import(tmp_path)


def test_changed_posts_are_listed_the_latest_first_and_paged(changed, client, settings, django_assert_num_queries):
    settings.ARCHIVE_PAGE_SIZE = 2
    parameters, titles = {}, []
    for _ in range(3):
        with django_assert_num_queries(1):
            context = client.get("/changes/", parameters).context
        titles += [post.title for post in context["posts"]]
        parameters = context["older"]
    assert titles == [f"改过 {number} b" for number in (4, 3, 2, 1, 0)]
    assert not parameters


def test_every_change_is_an_entry_of_the_feed(changed, client, django_assert_num_queries):
    with django_assert_num_queries(1):
        feed = client.get("/changes/atom.xml").content.decode()
    last = Post.objects.get(title="改过 4 b")
    assert feed.count("<entry>") == 5
    assert feed.count(last.current.get_absolute_url()) == 1
    assert feed.index("改过 4 b") < feed.index("改过 0 b")


def test_an_archive_without_changes_says_so(client):
    assert "No post has changed yet" in client.get("/changes/").content.decode()


@pytest.mark.parametrize(
    "query", ["changed_before=x", "changed_before=9" + "9" * 40, "changed_before=-9e99", "id=0", "id=%00", "changed_before=1&id=x"]
)
def test_a_cursor_of_the_changes_that_was_tampered_with_is_no_server_error(changed, client, query):
    assert client.get(f"/changes/?{query}").status_code in (200, 404)


@pytest.mark.browser
def test_a_comparison_stands_side_by_side_where_there_is_room(post, page):
    new, old = captures_of(post)
    address = f"{history_of(post)}compare/?from={bytes(old.sha256).hex()}&to={bytes(new.sha256).hex()}"
    tops = {}
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sides = [page.locator(f"section.comparison .{side}").first.bounding_box() for side in ("before", "after")]
        tops[width] = [side["y"] for side in sides]
    assert tops[1280][0] == tops[1280][1]
    assert tops[360][0] < tops[360][1]


def test_a_comparison_shows_originals_and_says_so_whatever_script_is_chosen(post, client):
    client.cookies["script"] = "zh-Hant"
    new, old = captures_of(post)
    page = compare(client, post, old, new).content.decode()
    main = page[page.index("<main") :]
    assert "夜车开往敦煌" in main
    assert '<h1 lang="zh-Hans">' in main
    assert '<section class="comparison" lang="zh-Hans">' in main
