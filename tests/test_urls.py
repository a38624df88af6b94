import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.urls import identity_of, normalize_url, source_host

VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("url", "normalized"),
    [
        ("https://news.example.com/a/b.html", "https://news.example.com/a/b.html"),
        ("HTTPS://News.Example.COM/A", "https://news.example.com/A"),
        ("http://news.example.com/a", "http://news.example.com/a"),
        ("https://www.example.com", "https://www.example.com/"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:443/a", "http://example.com:443/a"),
        ("http://example.com:80", "http://example.com/"),
        ("https://example.com:/a", "https://example.com/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://example.com/a#top", "https://example.com/a"),
        ("https://example.com/a?", "https://example.com/a"),
        ("https://example.com/a?b=2&a=1&b=1", "https://example.com/a?a=1&b=1&b=2"),
        ("https://example.com/a?flag", "https://example.com/a?flag="),
        ("https://example.com/a?utm_source=x&id=7&fbclid=y&spm=z&UTM_Medium=w", "https://example.com/a?id=7"),
        ("https://medium.com/a?source=rss-1234------2", "https://medium.com/a"),
        ("https://example.com/a?source=print", "https://example.com/a?source=print"),
        ("https://example.com/a?q=a+b%20c", "https://example.com/a?q=a+b+c"),
        ("https://example.com/a?q=%ff", "https://example.com/a?q=%FF"),
        ("https://example.com/%7Euser/%e4%b8%ad", "https://example.com/~user/%E4%B8%AD"),
        ("https://example.com/中", "https://example.com/%E4%B8%AD"),
        ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/%%341", "https://example.com/%2541"),
        ("https://example.com/%zz", "https://example.com/%25zz"),
        ("https://例え.jp/a", "https://xn--r8jz45g.jp/a"),
        ("https://ｅｘａｍｐｌｅ.com/a", "https://example.com/a"),
        ("https://under_score.example.com/", "https://under_score.example.com/"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
        ("http://[2001:DB8::1]:8000/a", "http://[2001:db8::1]:8000/a"),
        ("http://[::1]/", "http://[::1]/"),
        (VIDEO, VIDEO),
        ("http://m.youtube.com/watch?feature=share&v=dQw4w9WgXcQ&t=10", VIDEO),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", VIDEO),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", VIDEO),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", VIDEO),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ&rel=0", VIDEO),
        ("https://www.youtube.com/watch/?v=dQw4w9WgXcQ", VIDEO),
        ("https://www.youtube.com/channel/UC123", "https://www.youtube.com/channel/UC123"),
        ("https://www.youtube.com/watch?v=short", "https://www.youtube.com/watch?v=short"),
        ("https://notyoutube.com/watch?v=dQw4w9WgXcQ", "https://notyoutube.com/watch?v=dQw4w9WgXcQ"),
    ],
)
def test_an_address_has_one_spelling(url, normalized):
    assert normalize_url(url) == normalized
    assert normalize_url(normalized) == normalized


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example.com/a",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http:///a",
        "http:example.com",
        "https://exa mple.com/",
        "https://example..com/",
        "https://a..b/",
        "https://<script>/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "http://[::1/",
        "http://[nonsense]/",
        "https://" + "a" * 64 + ".com/",
        "https://" + "a." * 127 + "com/",
        "https://" + "中" * 80 + ".com/",
        "https://example.com/?\ud800=1",
    ],
)
def test_what_is_no_web_address_has_none(url):
    assert normalize_url(url) == ""


HOSTS = st.from_regex(r"[A-Za-z0-9.\-]{1,20}|\[[0-9a-f:]{2,12}\]|[ぁ-ん]{1,8}\.jp", fullmatch=True)


@given(
    st.text(max_size=120)
    | st.builds(
        "{}://{}{}/{}".format, st.sampled_from(["http", "https", "HTTP"]), HOSTS, st.sampled_from(["", ":80", ":8080"]), st.text()
    )
    | st.builds("https://example.com/{}?{}".format, st.text("%aA41?&=;+/中#", max_size=20), st.text("%aA41?&=;+/中#", max_size=20))
)
def test_any_text_is_normalized_once_and_for_all(url):
    normalized = normalize_url(url)
    assert normalize_url(normalized) == normalized
    if normalized:
        assert re.fullmatch(r"https?://[a-z0-9._\-:\[\]]+/[!-~]*", normalized)
        assert source_host(normalized)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.example.com/a", "example.com"),
        ("https://news.example.com:8443/a", "news.example.com"),
        ("http://[::1]:8000/", "[::1]"),
        ("http://[::1]/", "[::1]"),
        ("", ""),
    ],
)
def test_a_site_is_named_by_its_host(url, host):
    assert source_host(url) == host


def test_one_address_is_one_identity_whatever_the_path():
    assert identity_of("https://example.com/a", "x.md") == identity_of("https://example.com/a", "y.md")


def test_http_and_https_are_two_identities():
    http, https = (normalize_url(f"{scheme}://example.com/a") for scheme in ("http", "https"))
    assert identity_of(http, "x.md") != identity_of(https, "x.md")


@pytest.mark.parametrize("url", ["", "https://example.com/"])
def test_without_an_address_that_tells_posts_apart_the_path_is_the_identity(url):
    assert identity_of(url, "x.md") != identity_of(url, "y.md")
    assert identity_of(url, "x.md") == identity_of("", "x.md")


def test_an_address_is_never_taken_for_a_path():
    assert identity_of("https://example.com/a", "") != identity_of("", "https://example.com/a")
