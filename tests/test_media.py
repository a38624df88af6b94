"""Pictures, players, links and times."""

import pytest

from articles.importing.clean.links import seconds_of
from articles.importing.clean.media import video_of
from tests.bodies import VIDEO, clean, elements, first

PICTURE = "https://news.example.com/a.jpg"
SPACER = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.mark.parametrize(
    ("url", "video"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk&t=3", "youtube:abcdefghijk"),
        ("https://m.youtube.com/watch?feature=x&v=abcdefghijk", "youtube:abcdefghijk"),
        ("https://youtu.be/abcdefghijk?t=1", "youtube:abcdefghijk"),
        ("https://www.youtube-nocookie.com/embed/abcdefghijk", "youtube:abcdefghijk"),
        ("https://www.youtube.com/shorts/abcdefghijk", "youtube:abcdefghijk"),
        ("https://music.youtube.com/watch/?v=abcdefghijk", "youtube:abcdefghijk"),
        ("https://www.youtube.com/playlist?v=abcdefghijk", ""),
        ("https://vimeo.com/123456", "vimeo:123456"),
        ("https://player.vimeo.com/video/123456?h=1", "vimeo:123456"),
        ("https://www.youtube.com/channel/UCabc", ""),
        ("https://www.youtube.com/watch?v=short", ""),
        ("https://youtube.com.evil.example/watch?v=abcdefghijk", ""),
        ("https://evil.example/?u=https://youtu.be/abcdefghijk", ""),
        ("javascript://youtube.com/watch?v=abcdefghijk", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_a_video_is_known_by_its_address(url, video):
    assert video_of(url) == video


@pytest.mark.parametrize(
    ("image", "src"),
    [
        ("<img src='a.jpg'>", "https://news.example.com/2023/a.jpg"),
        ("<img src='//cdn.example/a.jpg'>", "https://cdn.example/a.jpg"),
        (f"<img src='{SPACER}' data-src='{PICTURE}'>", PICTURE),
        (f"<img src='/blank.gif' data-original='{PICTURE}'>", PICTURE),
        (f"<img src='{PICTURE}?w=2' data-lazy-src='{PICTURE}?is-pending-load=1'>", f"{PICTURE}?w=2"),
        (f"<img srcset='/s.jpg 480w, {PICTURE} 1080w'>", PICTURE),
        (f"<img data-srcset='{PICTURE} 2x, /s.jpg'>", PICTURE),
        (f"<picture><source srcset='/s.webp'><img src='{PICTURE}'></picture>", PICTURE),
        (f"<noscript><img src='{PICTURE}'></noscript>", PICTURE),
    ],
)
def test_an_image_loads_from_where_its_page_meant_it_to(image, src):
    assert first(clean(f"<p>{image}</p>").html, "img").get("src") == src


@pytest.mark.parametrize(
    ("body", "parent"),
    [
        ("<p><img src='a.jpg'></p>", "figure"),
        ("<p><a href='/b'><img src='a.jpg'></a><br><img src='c.jpg'></p>", "figure"),
        ("<p><img src='a.jpg'>图</p>", "p"),
        ("<p>字<img src='a.jpg'></p>", "p"),
        ("<p><a href='/b'>字</a><img src='a.jpg'></p>", "p"),
    ],
)
def test_pictures_without_words_stand_apart(body, parent):
    image = first(clean(body).html, "img")
    assert next(image.iterancestors("p", "figure")).tag == parent


@pytest.mark.parametrize(
    ("href", "written"),
    [
        ('http://a.example/x?y[0]=1&z="b"', "http://a.example/x?y%5B0%5D=1&z=%22b%22"),
        ("http:\\\\a.example\\b?c\\d", "http://a.example/b?c%5Cd"),
        ("http://[::1]/a|b", "http://[::1]/a%7Cb"),
        ("http://a.example/100%?%e4%b8#b#c", "http://a.example/100%25?%e4%b8#b%23c"),
    ],
)
def test_addresses_are_written_as_browsers_send_them(href, written):
    assert first(clean(f"<p><a href='{href}'>字</a></p>").html, "a").get("href") == written


@pytest.mark.parametrize("href", ["http://a.example&gt;b", "http://a:99999/", "http:///a", "http://%/"])
def test_an_address_without_a_host_is_no_link(href):
    assert clean(f"<p><a href='{href}'>字</a></p>").html == "<p>字</p>"


def test_a_time_without_a_day_is_only_text():
    html = clean("<p><time>6月</time> <time datetime='x'>7月</time> <time datetime='2020-08-01T10:00:00+08:00'>8月</time></p>").html
    assert html == '<p>6月 7月 <time datetime="2020-08-01T10:00:00+08:00">8月</time></p>'


@pytest.mark.parametrize(
    "image",
    [
        "<img>",
        "<img src=''>",
        "<img src='javascript:x'>",
        "<img src='/pixel.gif' width=1 height=1>",
        "<img src='/pixel.gif' width='1px' height='1'>",
        "<img src='data:image/svg+xml,x'>",
        f"<img src='data:image/png;base64,{'A' * 300_000}'>",
    ],
)
def test_what_shows_nothing_is_dropped(image):
    assert clean(f"<p>文{image}字</p>").html == "<p>文字</p>"


def test_an_image_waits_reserves_its_room_and_tells_nobody():
    image = first(clean(f"<p><img src='{PICTURE}' alt='一' title='二' width=300 height=200px style=x></p>").html, "img")
    assert dict(image.attrib) == {
        "src": PICTURE,
        "alt": "一",
        "title": "二",
        "width": "300",
        "height": "200",
        "loading": "lazy",
        "decoding": "async",
        "referrerpolicy": "no-referrer",
    }


@pytest.mark.parametrize(
    "size", ["width=100%", "width=300", "width=0 height=0", "width=-1 height=5", "width=999999 height=2", "width=三 height=3"]
)
def test_half_a_size_or_a_mad_one_is_no_size(size):
    image = first(clean(f"<p><img src='{PICTURE}' {size}></p>").html, "img")
    assert "width" not in image.attrib
    assert "height" not in image.attrib


def test_a_picture_and_its_copy_for_readers_without_scripts_are_one():
    html = clean(f"<p><img src='{PICTURE}?w=1' data-lazy-src='{PICTURE}'><noscript><img src='{PICTURE}'></noscript></p>").html
    assert [element.tag for element in elements(html)].count("img") == 1


@pytest.mark.parametrize(
    ("body", "lead"),
    [
        (f"<p><img src='/icon.png' width=16 height=16><img src='{SPACER}'><img src='{PICTURE}'></p>", PICTURE),
        ("<p>文</p>", ""),
    ],
)
def test_the_lead_image_is_the_first_that_is_no_icon(body, lead):
    assert clean(body).lead_image == lead


def test_a_video_post_has_no_lead_image():
    assert clean(f"<p><img src='{PICTURE}'></p>", source=VIDEO).lead_image == ""


def test_a_video_frame_becomes_a_link_to_its_page_and_the_posts_video():
    cleaned = clean("<p>文</p><iframe src='//www.youtube.com/embed/abcdefghijk?rel=0'>x</iframe><p>字</p>")
    paragraph, link = elements(cleaned.html)[1:3]
    assert (paragraph.tag, paragraph.get("class")) == ("p", "embed")
    assert (link.get("href"), link.get("data-embed")) == (VIDEO, "youtube:abcdefghijk")
    assert cleaned.video == "youtube:abcdefghijk"
    assert cleaned.text == "文\n字"


def test_another_frame_becomes_a_plain_link():
    link = first(clean("<p>文</p><iframe src='https://maps.example/x'></iframe>").html, "a")
    assert (link.get("href"), link.text, link.get("data-embed")) == ("https://maps.example/x", "https://maps.example/x", None)


def test_players_wait_for_the_reader():
    html = clean("<video src='v.mp4' autoplay></video><audio><source src='a.mp3' onerror=x></audio>").html
    assert dict(first(html, "video").attrib) == {"src": "https://news.example.com/2023/v.mp4", "controls": "", "preload": "none"}
    assert dict(first(html, "audio").attrib) == {"controls": "", "preload": "none"}
    assert dict(first(html, "source").attrib) == {"src": "https://news.example.com/2023/a.mp3"}


@pytest.mark.parametrize(
    ("href", "resolved"),
    [
        ("/k", "https://news.example.com/k"),
        ("#part", "https://news.example.com/2023/train.html#part"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("https://[broken", None),
    ],
)
def test_links_are_resolved_against_the_source(href, resolved):
    links = [element for element in elements(clean(f"<p><a href='{href}'>x</a></p>").html) if element.tag == "a"]
    assert [link.get("href") for link in links] == ([resolved] if resolved else [])


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("見https://bit.ly/2YsRD8D哈嘍", "https://bit.ly/2YsRD8D"),
        ("(https://a.example/b).", "https://a.example/b"),
        ("https://a.example/?q=%E4%B8%AD&amp;r=1#x，", "https://a.example/?q=%E4%B8%AD&r=1#x"),
    ],
)
def test_addresses_in_text_are_linked_and_the_text_stays(text, address):
    cleaned = clean(f"<div>{text}</div>")
    assert first(cleaned.html, "a").get("href") == address
    assert cleaned.text == text.replace("&amp;", "&")


def test_addresses_in_links_and_code_are_left_alone():
    html = clean("<p><a href='https://b.example/'>https://a.example/</a><code>https://a.example/</code></p>").html
    assert [element.get("href") for element in elements(html) if element.tag == "a"] == ["https://b.example/"]


def test_times_lead_into_the_video():
    html = clean("<div>00:00 開始 02:15 中 1:02:03 尾</div>", source=VIDEO).html
    links = [element for element in elements(html) if element.tag == "a"]
    assert [link.get("data-time") for link in links] == ["0", "135", "3723"]
    assert links[1].get("href") == f"{VIDEO}&t=135s"


@pytest.mark.parametrize("text", ["比分 3:99", "2021-01-01T10:20:30:40", "192.168:10:20.5", "12:345"])
def test_what_only_looks_like_a_time_is_not_linked(text):
    assert "<a" not in clean(f"<div>{text}</div>", source=VIDEO).html


def test_times_are_text_where_the_source_is_no_video():
    assert clean("<div>02:15 開始</div>").html == "<p>02:15 開始</p>"


def test_a_time_is_read_as_seconds():
    assert (seconds_of("1:02:03"), seconds_of("2:15"), seconds_of("00:00")) == (3723, 135, 0)


def test_a_table_scrolls_with_the_keyboard_too():
    division, table = elements(clean("<table><tr><td>a</td></tr></table>").html)[:2]
    assert (division.tag, dict(division.attrib), table.tag) == ("div", {"class": "table", "tabindex": "0"}, "table")


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<img src='a.jpg'>", "https://news.example.com/b"),
        ("<img src='a.jpg' alt='站台'>", None),
        ("<img src='a.jpg'>字", None),
    ],
)
def test_a_link_of_nothing_but_a_picture_without_words_is_named_by_its_address(inside, title):
    assert first(clean(f"<p><a href='/b'>{inside}</a></p>").html, "a").get("title") == title
