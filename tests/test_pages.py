import pytest
from bs4 import BeautifulSoup

from articles.models import Post

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(tmp_path):
    for number in range(60):
        write_post(
            tmp_path,
            f"2023-{number % 3 + 7:02}-{number % 28 + 1:02}-post-{number}.md",
            title=f"夜车 {number} <b>",
            date=f"2023-{number % 3 + 7:02}-{number % 28 + 1:02}T13:26:13.000Z",
            source=f"https://news.example.com/{number}",
            tags="[ 铁路, C#, 50% ]",
        )
    run_import(tmp_path)


PAGES = [
    *("/", "/archive/", "/2023/", "/2023/08/", "/2023-08-02/", "/tags/", "/categories/", "/authors/", "/sources/"),
    *("/tags/铁路/", "/tags/c%23/", "/tags/50%25/", "/authors/林一舟/", "/categories/随笔/", "/sources/news.example.com/"),
    *("/atom.xml", "/feed.xml", "/tags/铁路/atom.xml", "/sitemap.xml", "/robots.txt"),
]


@pytest.mark.parametrize("address", PAGES)
def test_every_kind_of_page_is_served(archive, client, address):
    assert client.get(address).status_code == 200


EMPTY = {
    **dict.fromkeys(["/", "/archive/"], (200, "The archive is empty.")),
    **dict.fromkeys(["/2023/", "/2023/08/", "/2023-08-02/", "/random/"], (404, "There is no such page")),
    **dict.fromkeys(["/tags/", "/categories/", "/authors/", "/sources/"], (200, "There are none yet.")),
    "/changes/": (200, "No post has changed yet."),
    "/on-this-day/08-02/": (200, "No post was published on this day in any year."),
    "/search/?q=x": (200, "No post holds all of this."),
}


@pytest.mark.parametrize(("address", "answer"), EMPTY.items())
def test_an_empty_archive_says_so(client, address, answer):
    status, words = answer
    response = client.get(address)
    assert response.status_code == status
    assert words in BeautifulSoup(response.content, "html.parser").main.get_text()


def write_posts(folder, numbers):
    """Posts of one day, with a tag, an author, a category and a source of their own beside the shared ones."""
    for number in numbers:
        write_post(
            folder,
            f"2023-08-02-post-{number}.md",
            date=f"2023-08-02T13:26:{number % 60:02}.000Z",
            author=f"林{number}",
            source=f"https://news{number}.example.com/{number}",
            tags=f"[ 铁路, 站{number} ]",
            categories=f"[ 随笔, 类{number} ]",
        )


QUERIES = {
    "/": 1,
    "/archive/": 1,
    "/on-this-day/08-02/": 2,
    "/changes/": 1,
    "/2023/": 3,
    "/2023/08/": 4,
    "/2023-08-02/": 4,
    "/tags/": 1,
    "/authors/": 1,
    "/categories/": 1,
    "/sources/": 1,
    "/tags/铁路/": 4,
    "/categories/随笔/": 4,
    "/2023-08-02/nothing/": 3,
    "/tags/nothing/": 2,
}


@pytest.mark.parametrize("number", [1, 60])
def test_a_page_asks_the_same_few_questions_however_much_it_shows(tmp_path, client, django_assert_num_queries, number):
    write_posts(tmp_path, range(number))
    run_import(tmp_path)
    for address, queries in QUERIES.items():
        with django_assert_num_queries(queries, info=address):
            client.get(address)


def test_older_posts_are_a_page_away_and_none_is_missed(archive, client):
    first = client.get("/")
    older = first.context["page"].older_than
    second = client.get("/", {"older_than": older})
    titles = [post.title for response in (first, second) for post in response.context["page"].posts]
    assert len(titles) == len(set(titles)) == 60


CANONICAL = {
    "/": "/",
    "/?utm_source=x": "/",
    "/?older_than=2023-09-01_0_1&x=y": "/?older_than=2023-09-01_0_1",
    "/tags/铁路/?x=y&newer_than=2023-07-01_0_1": "/tags/%E9%93%81%E8%B7%AF/?newer_than=2023-07-01_0_1",
    "/changes/?id=7&x=y&changed_before=0": "/changes/?changed_before=0&id=7",
}


@pytest.mark.parametrize(("asked", "told"), CANONICAL.items())
def test_a_list_has_one_address_whatever_stands_in_the_query(archive, client, asked, told):
    page = BeautifulSoup(client.get(asked).content, "html.parser")
    assert page.select_one("[rel=canonical]")["href"] == f"http://testserver{told}"


@pytest.mark.parametrize("cursor", ["x", "0", "2023-01-01_x", "2023-02-30_0_1", "\x00", "9" * 500])
def test_a_cursor_that_was_tampered_with_is_no_page(archive, client, cursor):
    assert client.get("/", {"older_than": cursor}).status_code == 404


def test_a_post_shows_what_is_known_of_it(archive, client):
    page = client.get(Post.objects.get(title__startswith="夜车 7").get_absolute_url()).content.decode()
    for part in ("夜车 7 &lt;b&gt;", "林一舟", "https://news.example.com/7", "铁路", "随笔", "<p>列车在黄昏离开车站。</p>"):
        assert part in page
    assert "夜车 7 <b>" not in page


def test_the_address_of_another_capture_leads_to_the_post(tmp_path, client):
    write_post(tmp_path, "2023-09-11-夜车开往兰州.md")
    write_post(tmp_path, "2023-09-12-夜车开往敦煌.md", title="夜车开往敦煌", date="2023-09-12T15:00:00Z")
    run_import(tmp_path)
    response = client.get("/2023-09-11/夜车开往兰州/")
    assert response.status_code == 301
    assert client.get(response["Location"]).status_code == 200


def test_a_hidden_post_is_nowhere(tmp_path, client):
    write_post(tmp_path, extra="published: false")
    run_import(tmp_path)
    assert client.get(Post.objects.get().get_absolute_url()).status_code == 404
    assert "夜车" not in client.get("/").content.decode()


def test_no_script_or_style_of_others_may_run(archive, client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_a_missing_page_is_a_page(client):
    response = client.get("/2023-01-01/nothing/")
    assert response.status_code == 404
    assert b"<main" in response.content


@pytest.mark.parametrize(
    ("written", "shown"),
    [("2020-01-10", ">Jan. 10, 2020</time>"), ("2020-01-10 13:26", 'title="UTC">Jan. 10, 2020, 1:26 p.m. UTC</time>')],
)
def test_a_time_is_shown_where_one_was_written_and_in_which_zone(tmp_path, client, written, shown):
    write_post(tmp_path, "2020-01-10-a.md", date=written)
    run_import(tmp_path)
    assert shown in client.get("/2020-01-10/a/").content.decode()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_fit_their_window_and_break_no_rule(archive, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for address in ("/", "/tags/", "/2023/08/", Post.objects.first().get_absolute_url()):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert errors == []
