import pytest
from lxml import etree

from articles.models import Post

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def archive(tmp_path):
    for number in range(1, 61):
        write_post(
            tmp_path,
            f"2023-{number % 12 + 1:02}-{number % 28 + 1:02}-post-{number}.md",
            title=f"夜车 {number} & <b>",
            date=f"2023-{number % 12 + 1:02}-{number % 28 + 1:02}T13:26:13.000Z",
            source=f"https://news.example.com/{number}",
            tags=f"[ 铁路, {'奇' if number % 2 else '偶'} ]",
        )
    run_import(tmp_path)


def feed_at(client, address):
    response = client.get(address)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.content)


def texts(feed, path):
    return [str(each) for each in feed.xpath(path, namespaces=ATOM)]


def test_the_feed_has_the_fifty_newest_posts_newest_first(archive, client):
    feed = feed_at(client, "/atom.xml")
    assert texts(feed, "a:entry/a:title/text()") == [post.title for post in Post.objects.newest_first()[:50]]


def test_both_addresses_that_jekyll_sites_had_give_the_same_entries(archive, client):
    entries = [
        [etree.tostring(entry) for entry in feed_at(client, at).findall("a:entry", ATOM)] for at in ("/atom.xml", "/feed.xml")
    ]
    assert entries[0] == entries[1] != []


def test_an_entry_says_what_a_reader_program_shows(archive, client):
    post = Post.objects.newest_first().first()
    entry = feed_at(client, "/atom.xml").find("a:entry", ATOM)
    address = f"http://testserver{post.get_absolute_url()}"
    assert texts(entry, "a:id/text()") == texts(entry, "a:link/@href") == [address]
    assert texts(entry, "a:title/text()") == [post.title]
    assert texts(entry, "a:author/a:name/text()") == ["林一舟"]
    assert texts(entry, "a:published/text()") == texts(entry, "a:updated/text()") == [post.published_at.isoformat()]
    assert texts(entry, "a:category/@term") == [tag.name for tag in post.tags.order_by("post_tags__position")]
    assert texts(entry, "a:summary/text()") == ["列车在黄昏离开车站。"]


def test_markup_in_an_excerpt_stays_text(tmp_path, client):
    write_post(tmp_path, body="<p>a &lt;script&gt; tag</p>")
    run_import(tmp_path)
    # The summary is HTML: what is read there is what stood in the text.
    assert texts(feed_at(client, "/atom.xml"), "a:entry/a:summary/text()") == ["a &lt;script&gt; tag"]


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path, client):
    write_post(tmp_path)
    run_import(tmp_path)
    Post.objects.update(title="夜\x0b车\ufffe", excerpt="a\x01b")
    feed = feed_at(client, "/atom.xml")
    assert texts(feed, "a:entry/a:title/text()") == ["夜车"]
    assert texts(feed, "a:entry/a:summary/text()") == ["ab"]


@pytest.mark.parametrize(
    "address", ["/tags/奇/atom.xml", "/authors/林一舟/atom.xml", "/categories/随笔/atom.xml", "/sources/news.example.com/atom.xml"]
)
def test_every_name_has_a_feed_of_its_posts(archive, client, address):
    feed = feed_at(client, address)
    expected = [post.title for post in Post.objects.newest_first() if "奇" not in address or post.tags.filter(slug="奇").exists()]
    assert texts(feed, "a:entry/a:title/text()") == expected[:50]
    assert texts(feed, "a:link[not(@rel='self')]/@href")[0].startswith("http://testserver/")


def test_a_search_is_a_feed(archive, client):
    feed = feed_at(client, "/search/atom.xml?q=tag:偶")
    assert len(texts(feed, "a:entry/a:title/text()")) == 30


def test_hidden_posts_are_in_no_feed(tmp_path, client):
    write_post(tmp_path, extra="published: false")
    run_import(tmp_path)
    for address in ("/atom.xml", "/tags/铁路/atom.xml", "/search/atom.xml?q=夜车"):
        assert feed_at(client, address).find("a:entry", ATOM) is None


def test_a_feed_of_an_empty_archive_is_a_feed(client):
    assert feed_at(client, "/atom.xml").find("a:entry", ATOM) is None


def test_a_feed_of_no_name_is_no_page(client):
    assert client.get("/tags/nothing/atom.xml").status_code == 404


@pytest.mark.parametrize("address", ["/atom.xml", "/tags/铁路/atom.xml"])
def test_a_feed_asks_as_many_questions_for_fifty_entries_as_for_one(tmp_path, client, django_assert_num_queries, address):
    for number in (1, 50):
        for each in range(number):
            write_post(tmp_path, f"2023-09-11-{each}.md", source=f"https://news.example.com/{each}")
        run_import(tmp_path)
        with django_assert_num_queries(1 if address == "/atom.xml" else 2):
            client.get(address)
