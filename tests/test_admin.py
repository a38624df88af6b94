"""The editors' side: how it answers, and how it is used in Chromium."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from articles.importing.editing import save_edit
from articles.importing.merging import merge_names
from articles.models import Post, Tag

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = ["post", "author", "tag", "category", "site", "importrun", "importproblem"]


def write_posts(folder, numbers):
    """Posts with a name of every kind of their own, and a file with a problem beside each."""
    for number in numbers:
        write_post(
            folder,
            f"2023-09-{number % 28 + 1:02}-post-{number}.md",
            title=f"夜车 {number}",
            date=f"2023-09-{number % 28 + 1:02}T13:26:13Z",
            source=f"https://news-{number}.example.com/story",
            author=f"林{number}",
            tags=f"[ 铁路, 旅行, 站{number} ]",
            categories=f"[ 随笔{number} ]",
        )
        (folder / f"bad-{number}.md").write_text("no front matter")


@pytest.fixture
def archive(tmp_path):
    write_posts(tmp_path, range(3))
    run_import(tmp_path)


@pytest.fixture
def post(archive):
    return Post.objects.get(title="夜车 1")


def form_of(client, post) -> dict:
    """The change form as a browser would send it back."""
    form = client.get(f"/admin/articles/post/{post.pk}/change/").context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None}
    for names in ("tag_names", "category_names"):
        data[names] = [getattr(each, "pk", each) for each in data[names]]
    day, time = str(form["published_at"].value()).split("+")[0].split(" ")
    return data | {"published_at_0": day, "published_at_1": time}


def save(client, post, **changes):
    """Send the form with these changes. Returns the errors, by field."""
    response = client.post(f"/admin/articles/post/{post.pk}/change/", form_of(client, post) | changes)
    return {} if response.status_code == 302 else response.context["adminform"].form.errors


# Lists


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_many_questions_for_sixty_rows_as_for_one(tmp_path, admin_client, name):
    write_posts(tmp_path, [0])
    run_import(tmp_path)
    address = f"/admin/articles/{name}/"
    for_one = queries_of(admin_client, address)
    write_posts(tmp_path, range(1, 60))
    for _ in range(60 if name == "importrun" else 1):
        run_import(tmp_path)
    assert queries_of(admin_client, address) == for_one <= 7


def test_posts_are_sorted_by_nothing_that_no_index_holds(archive, admin_client):
    page = admin_client.get("/admin/articles/post/").content.decode()
    assert re.findall(r'class="sortable column-(\w+)', page) == ["day"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("夜车 1", ["夜车 1"]),
        ("夜車 1", ["夜车 1"]),
        ("黄昏离开车站", ["夜车 2", "夜车 1", "夜车 0"]),
        ("tag:站2", ["夜车 2"]),
        ("https://news-0.example.com/story?utm_source=x", ["夜车 0"]),
        ("nothing", []),
        ('"', []),
    ],
)
def test_posts_are_found_as_readers_find_them(archive, admin_client, typed, found):
    page = admin_client.get("/admin/articles/post/", {"q": typed})
    assert [post.title for post in page.context["cl"].result_list] == found


def test_hidden_posts_are_found_by_their_titles(post, admin_client):
    save(admin_client, post, hidden="on")
    page = admin_client.get("/admin/articles/post/", {"q": "夜车 1"})
    assert [each.title for each in page.context["cl"].result_list] == ["夜车 1"]


@pytest.mark.parametrize(("shown", "titles"), [("edited", ["夜车 1"]), ("waiting", ["夜车 1"]), ("changed", ["夜车 1"])])
def test_posts_are_listed_by_the_revision_they_show(post, admin_client, tmp_path, shown, titles):
    save(admin_client, post, title="夜车 1")
    save(admin_client, post, body="<p>改过。</p>")
    write_post(tmp_path, "2023-09-30-later.md", source=post.source_url, date="2023-09-30T00:00:00Z")
    run_import(tmp_path)
    page = admin_client.get("/admin/articles/post/", {"shown": shown})
    assert [each.title for each in page.context["cl"].result_list] == titles


@pytest.mark.parametrize("name", ["author", "tag", "category", "site"])
def test_every_name_leads_to_its_posts(archive, admin_client, name):
    page = admin_client.get(f"/admin/articles/{name}/").content.decode()
    assert "Show posts" in page
    assert ".None" not in page


def test_a_name_is_found_in_the_other_script_too(archive, admin_client):
    for typed in ("鐵路", "铁路"):
        page = admin_client.get("/admin/articles/tag/", {"q": typed})
        assert [tag.name for tag in page.context["cl"].result_list] == ["铁路"]


@pytest.mark.parametrize(
    "query", ["published_at__year=99999999", "day__year=0", "title__regex=(", "title=%00", "author__id__exact=x", "day__gte=x"]
)
def test_a_list_asked_for_what_cannot_be_is_no_server_error(archive, admin_client, query):
    response = admin_client.get(f"/admin/articles/post/?{query}", follow=True)
    assert response.status_code in (200, 400)


def test_what_an_action_did_is_told(archive, admin_client):
    posts = [post.pk for post in Post.objects.all()[:2]]
    for action, told in (("hide", "2 posts are hidden now."), ("show", "2 posts are shown now.")):
        data = {"action": action, "_selected_action": posts}
        assert told in admin_client.post("/admin/articles/post/", data, follow=True).content.decode()


# Edits


def test_what_an_editor_saves_is_shown_found_and_kept_as_a_revision(post, admin_client, client):
    assert save(admin_client, post, title="改过的标题", body="<p>新的正文。</p>") == {}
    post.refresh_from_db()
    assert (post.title, post.text, post.excerpt) == ("改过的标题", "新的正文。", "新的正文。")
    assert [revision.kind for revision in post.revisions.all()] == ["edit", "capture"]
    assert "改过的标题" in client.get(post.get_absolute_url()).content.decode()
    assert client.get("/search/", {"q": "新的正文"}).context["search"].counted.total == 1


def test_saving_without_a_change_writes_no_revision(post, admin_client):
    assert save(admin_client, post) == {}
    assert post.revisions.count() == 1


def test_counts_follow_an_edit_of_tags(post, admin_client):
    kept = Tag.objects.get(name="站1")
    save(admin_client, post, tag_names=[kept.pk])
    counts = dict(Tag.objects.values_list("name", "post_count"))
    assert counts == {"铁路": 2, "旅行": 2, "站0": 1, "站1": 1, "站2": 1}


def test_tags_keep_their_order_and_new_ones_follow(post, admin_client):
    tags = {tag.name: tag.pk for tag in Tag.objects.all()}
    save(admin_client, post, tag_names=[tags["站2"], tags["旅行"], tags["铁路"]])
    assert list(post.post_tags.values_list("tag__name", flat=True)) == ["铁路", "旅行", "站2"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "\u200b"}, "__all__"),
        ({"title": "长" * 1001}, "__all__"),
        ({"title": "a\x00b"}, "title"),
        ({"body": "a\x00b"}, "body"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "https://"}, "source_url"),
        ({"published_at_0": "2023-02-30"}, "published_at"),
        ({"published_at_0": "", "published_at_1": ""}, "published_at"),
        ({"author": "999999"}, "author"),
        ({"tag_names": ["999999"]}, "tag_names"),
        ({"opened": "0"}, "__all__"),
        ({"opened": ""}, "opened"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_and_changes_nothing(post, admin_client, changes, field):
    assert list(save(admin_client, post, **changes)) == [field]
    assert post.revisions.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "---\n---"},
        {"title": "a: b # c | > ' \" \\ {{ x }}"},
        {"title": "- no\tlist"},
        {"body": "---\ntitle: other\n---\n"},
        {"body": ""},
        {"published_at_0": "0001-01-01"},
        {"published_at_0": "9999-12-31"},
    ],
)
def test_an_edit_that_looks_like_front_matter_is_text(post, admin_client, changes):
    assert save(admin_client, post, **changes) == {}
    shown = form_of(admin_client, post)
    title = changes.get("title", post.title)
    assert shown["title"] == " ".join(title.split())
    assert shown["body"].strip() == changes.get("body", shown["body"]).strip()


def test_an_edit_does_not_overwrite_what_came_since_the_form_was_opened(post, admin_client):
    opened = form_of(admin_client, post)
    save(admin_client, post, body="<p>一位同事的。</p>")
    response = admin_client.post(f"/admin/articles/post/{post.pk}/change/", opened | {"title": "另一个标题"})
    assert "changed since you opened it" in response.content.decode()
    post.refresh_from_db()
    assert (post.title, post.text) == ("夜车 1", "一位同事的。")


def test_an_edit_of_what_changed_after_the_form_was_checked_is_refused(post, admin_client, monkeypatch):
    def overtaken(seen, edits, editor):
        save_edit(Post.objects.get(pk=seen.pk), {"body": "<p>一位同事的。</p>"})
        return save_edit(seen, edits, editor)

    monkeypatch.setattr("articles.admin.posts.save_edit", overtaken)
    data = form_of(admin_client, post) | {"title": "另一个标题"}
    response = admin_client.post(f"/admin/articles/post/{post.pk}/change/", data, follow=True)
    assert "changed since you opened it" in response.content.decode()
    post.refresh_from_db()
    assert post.title == "夜车 1"


def test_a_source_that_is_no_web_address_is_refused_in_words_alone(post, admin_client):
    errors = save(admin_client, post, source_url="javascript:alert(1)")
    assert errors == {"source_url": ["Not saved: the post has a source that is no web address: javascript:alert(1)"]}


def test_a_post_for_which_a_capture_waits_says_so_at_the_top(post, admin_client, tmp_path):
    save(admin_client, post, title="夜车一号")
    address = f"/admin/articles/post/{post.pk}/change/"
    assert "A newer capture waits." not in admin_client.get(address).content.decode()
    write_post(tmp_path, "2023-09-30-later.md", title="夜车晚点", source=post.source_url, date="2023-09-30T00:00:00Z")
    run_import(tmp_path)
    assert [str(each.tags) for each in admin_client.get(address).context["messages"]] == ["warning"]


def test_a_capture_that_waits_goes_on_waiting_when_the_edit_is_edited(post, admin_client, tmp_path):
    save(admin_client, post, title="夜车一号")
    write_post(tmp_path, "2023-09-30-later.md", title="夜车晚点", source=post.source_url, date="2023-09-30T00:00:00Z")
    run_import(tmp_path)
    save(admin_client, post, title="夜车二号")
    post.refresh_from_db()
    assert (post.title, post.waiting.title) == ("夜车二号", "夜车晚点")


@pytest.mark.parametrize("answer", ["apply", "keep"])
def test_a_capture_that_came_after_the_comparison_was_opened_still_waits(post, admin_client, tmp_path, answer):
    save(admin_client, post, title="夜车一号")
    address = f"/admin/articles/post/{post.pk}/waiting/"
    for day in ("28", "30"):
        seen = admin_client.get(address).context["compared"]
        write_post(tmp_path, f"2023-09-{day}.md", title=f"晚点 {day}", source=post.source_url, date=f"2023-09-{day}T00:00:00Z")
        run_import(tmp_path)
    response = admin_client.post(address, {answer: "", "compared": seen}, follow=True)
    assert "changed since you opened it" in response.content.decode()
    post.refresh_from_db()
    assert (post.title, post.waiting.title) == ("夜车一号", "晚点 30")


def test_a_revision_is_for_those_who_may_see_posts(post, client, django_user_model):
    client.force_login(django_user_model.objects.create_user("staff", is_staff=True))
    assert client.get(f"/admin/articles/post/{post.pk}/revisions/{post.current_id}/").status_code == 403


def test_an_edit_keeps_the_address_even_where_another_post_has_that_title(post, admin_client):
    save(admin_client, post, title="夜车 2", published_at_0="2023-09-03")
    post.refresh_from_db()
    assert post.get_absolute_url() == "/2023-09-02/post-1/"


def test_a_hidden_post_is_in_the_admin_only(post, admin_client, client):
    save(admin_client, post, hidden="on")
    assert client.get(post.get_absolute_url()).status_code == 404
    assert Tag.objects.get(name="站1").post_count == 0
    save(admin_client, post, hidden="")
    assert client.get(post.get_absolute_url()).status_code == 200
    assert Tag.objects.get(name="站1").post_count == 1


def test_a_name_that_is_there_in_other_letters_is_not_added_again(archive, admin_client):
    response = admin_client.post("/admin/articles/tag/add/", {"name": " 铁路 "})
    assert "is the same name" in response.content.decode()


def test_names_and_titles_lose_what_turns_the_letters_around_them(post, admin_client):
    assert admin_client.post("/admin/articles/tag/add/", {"name": "\u202e站\u200b台"}).status_code == 302
    assert Tag.objects.filter(name="站台").exists()
    assert save(admin_client, post, title="\u202e夜车\u2066 改") == {}
    post.refresh_from_db()
    assert post.title == "夜车 改"


def test_only_names_that_nothing_is_under_can_be_deleted(archive, admin_client):
    admin_client.post("/admin/articles/tag/add/", {"name": "空的"})
    for name, status in (("铁路", 403), ("空的", 302)):
        address = f"/admin/articles/tag/{Tag.objects.get(name=name).pk}/delete/"
        assert admin_client.post(address, {"post": "yes"}).status_code == status


def test_names_are_merged_in_an_archive_of_thousands(archive, admin_client):
    """Their numbers are written with commas where a reader sees them, but not where the form sends them back."""
    for pk, name in ((1137, "火車"), (1138, "火车")):
        Tag.objects.create(pk=pk, name=name, slug=name)
    asked = {"action": "merge", "_selected_action": ["1137", "1138"]}
    page = admin_client.post("/admin/articles/tag/", asked).content.decode()
    sent_back = re.findall(r'name="_selected_action" value="([^"]*)"', page)
    response = admin_client.post("/admin/articles/tag/", asked | {"_selected_action": sent_back, "into": "1138"})
    assert response.status_code == 302
    assert Tag.objects.get(pk=1137).merged_into_id == 1138


def test_a_merged_name_is_offered_for_no_post(archive, admin_client):
    merge_names([Tag.objects.get(name="站1")], Tag.objects.get(name="站2"))
    parameters = {"term": "站", "app_label": "articles", "model_name": "post", "field_name": "tags"}
    offered = admin_client.get("/admin/autocomplete/", parameters).json()["results"]
    assert {each["text"] for each in offered} == {"站0", "站2"}


def test_nobody_but_editors_gets_in(post, client):
    for address in ("/admin/", f"/admin/articles/post/{post.pk}/waiting/", f"/admin/articles/post/{post.pk}/revisions/1/"):
        assert client.get(address)["Location"].startswith("/admin/login/")


def test_a_revision_is_a_download_byte_for_byte(post, admin_client):
    revision = post.revisions.get()
    response = admin_client.get(f"/admin/articles/post/{post.pk}/revisions/{revision.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert b"".join(response.streaming_content) == bytes(revision.content)


# In the browser


@pytest.fixture
def desk(tmp_path, page):
    """The admin's front page, an editor logged in. No page of the test may break the Content-Security-Policy or fail."""
    write_posts(tmp_path, range(3))
    write_post(
        tmp_path,
        "2023-09-20-attack.md",
        title="攻击",
        source="https://attack.example.com/1",
        body="<script>document.title = 'taken over'</script><img src=x onerror=\"document.title = 'taken over'\">",
    )
    run_import(tmp_path)
    get_user_model().objects.create_superuser("editor", password="night-train-7")
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("night-train-7")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text("editor")
    yield page
    assert errors == []


@pytest.mark.browser
def test_an_editor_finds_a_post_corrects_it_and_sees_it_on_the_site(desk):
    desk.goto("/admin/articles/post/")
    desk.locator("#searchbar").fill("夜車 1")
    desk.locator("#searchbar").press("Enter")
    desk.get_by_role("link", name="夜车 1").click()
    desk.get_by_label("Title").fill("夜车一号")
    desk.get_by_label("Body as it came").fill("<p>列车准点。</p>")
    desk.locator(".field-tag_names .select2-search__field").click()
    desk.keyboard.type("站2")
    desk.get_by_role("option", name="站2").click()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".success")).to_contain_text("夜车一号")
    desk.goto("/2023-09-02/post-1/")
    expect(desk.locator("h1")).to_have_text("夜车一号")
    expect(desk.locator(".body")).to_have_text("列车准点。")
    expect(desk.get_by_role("link", name="站2")).to_be_visible()


@pytest.mark.browser
def test_saving_a_post_in_the_browser_unchanged_writes_no_revision(desk):
    post = Post.objects.get(title="夜车 1")
    desk.goto(f"/admin/articles/post/{post.pk}/change/")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".success")).to_be_visible()
    assert post.revisions.count() == 1


@pytest.mark.browser
def test_an_editor_hides_a_post_from_the_list(desk):
    desk.goto("/admin/articles/post/")
    desk.get_by_role("row", name="夜车 1").get_by_role("checkbox").check()
    desk.locator("select[name=action]").select_option("hide")
    desk.get_by_role("button", name="Go").click()
    expect(desk.get_by_role("row", name="夜车 1").get_by_alt_text("True")).to_be_visible()
    desk.goto("/")
    expect(desk.get_by_role("link", name="夜车 2")).to_be_visible()
    expect(desk.get_by_role("link", name="夜车 1")).to_have_count(0)


@pytest.mark.browser
def test_an_editor_merges_two_tags(desk):
    desk.goto("/admin/articles/tag/")
    desk.get_by_role("row", name="站1").get_by_role("checkbox").check()
    desk.locator("select[name=action]").select_option("merge")
    desk.get_by_role("button", name="Go").click()
    desk.locator(".select2-selection").click()
    desk.keyboard.type("站2")
    desk.get_by_role("option", name="站2").click()
    desk.get_by_role("button", name="Merge").click()
    expect(desk.locator(".success")).to_contain_text("站2")
    desk.goto("/tags/站1/")
    expect(desk.locator("h1")).to_have_text("站2")
    expect(desk.locator(".posts li")).to_have_count(2)


@pytest.mark.browser
@pytest.mark.parametrize(("answer", "title"), [("Apply the capture", "夜车晚点"), ("Keep mine", "夜车一号")])
def test_an_editor_decides_about_a_newer_capture(desk, tmp_path, answer, title):
    post = Post.objects.get(title="夜车 1")
    desk.goto(f"/admin/articles/post/{post.pk}/change/")
    desk.get_by_label("Title").fill("夜车一号")
    desk.get_by_role("button", name="Save", exact=True).click()
    write_post(tmp_path, "2023-09-30-later.md", title="夜车晚点", source=post.source_url, date="2023-09-30T00:00:00Z")
    run_import(tmp_path)
    desk.goto("/admin/articles/post/?shown=waiting")
    desk.get_by_role("link", name="Edited; a newer capture waits").click()
    expect(desk.locator(".comparison del").first).to_be_visible()
    expect(desk.locator(".comparison ins").first).to_be_visible()
    desk.get_by_role("button", name=answer).click()
    expect(desk.get_by_label("Title")).to_have_value(title)
    desk.goto(post.get_absolute_url())
    expect(desk.locator("h1")).to_have_text(title)


@pytest.mark.browser
def test_an_editor_sees_an_import_with_its_problems(desk):
    desk.goto("/admin/articles/importrun/")
    desk.get_by_role("link", name="Show problems").click()
    expect(desk.locator("#result_list")).to_contain_text("bad-1.md")
    expect(desk.locator("#result_list")).to_contain_text("has no front matter")


@pytest.mark.browser
def test_no_archived_script_runs_in_the_admin(desk):
    for address in ("change/", "waiting/"):
        desk.goto(f"/admin/articles/post/{Post.objects.get(title='攻击').pk}/{address}")
        expect(desk.locator("body")).to_contain_text("攻击")
        assert desk.title() != "taken over"


@pytest.mark.browser
def test_the_admin_fits_a_phone(desk):
    desk.set_viewport_size({"width": 360, "height": 800})
    for address in ("", "articles/post/", f"articles/post/{Post.objects.first().pk}/change/", "articles/tag/"):
        desk.goto(f"/admin/{address}")
        assert desk.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
def test_a_list_shows_at_a_glance_what_an_editor_looks_for(desk):
    desk.set_viewport_size({"width": 1280, "height": 800})
    for name, columns in (("post", ["author", "state", "hidden"]), ("importrun", ["failed", "warnings", "problems"])):
        desk.goto(f"/admin/articles/{name}/")
        edge = desk.locator(".results").bounding_box()
        for column in columns:
            box = desk.locator(f"th.column-{column}").bounding_box()
            assert box["x"] + box["width"] <= edge["x"] + edge["width"]
