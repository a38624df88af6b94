import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Post
from articles.scripts import Script, chosen_for, shown, shown_html, shown_language, shown_person

from .files import run_import, write_post

BODY = """<div><p>头发长在<b>头</b>上，<a href="https://example.org/头发">发展</a>需要软件。</p></div>
"""


@pytest.fixture
def archive(db, tmp_path):
    write_post(tmp_path, title="头发与发展", author="于德", tags="[ 网络 ]", categories="[ 随笔 ]", body=BODY)
    run_import(tmp_path)


@pytest.mark.parametrize(
    ("script", "text", "result"),
    [
        (Script.ORIGINAL, "头发與發展", "头发與發展"),
        (Script.TRADITIONAL, "头发与发展", "頭髮與發展"),
        (Script.TRADITIONAL, "皇后后来在台湾的里面", "皇后後來在臺灣的裡面"),
        (Script.SIMPLIFIED, "頭髮與發展", "头发与发展"),
        (Script.SIMPLIFIED, "乾隆的乾淨", "乾隆的干净"),
    ],
)
def test_words_and_not_characters_are_converted(script, text, result):
    with chosen_for(script):
        assert shown(text) == result


@pytest.mark.parametrize(
    ("language", "is_converted"), [("zh-Hans", True), ("zh", True), ("", True), ("zh-Hant", False), ("ja", False)]
)
def test_only_chinese_in_the_other_script_is_converted(language, is_converted):
    with chosen_for(Script.TRADITIONAL):
        assert shown("学", language) == ("學" if is_converted else "学")
        assert shown_html("<p>学</p>", language) == ("<p>學</p>" if is_converted else "<p>学</p>")


def test_the_language_of_what_is_shown_is_told():
    assert shown_language("zh-Hans") == "zh-Hans"
    with chosen_for(Script.TRADITIONAL):
        assert [shown_language(language) for language in ("zh-Hans", "zh", "en", "")] == ["zh-Hant", "zh-Hant", "en", ""]


def test_a_surname_is_not_taken_for_a_word():
    with chosen_for(Script.TRADITIONAL):
        assert shown_person("于德") == "于德"
    with chosen_for(Script.SIMPLIFIED):
        assert shown_person("陳獨秀") == "陈独秀"


def test_no_tag_or_attribute_is_converted():
    html = '<p><a href="https://example.org/学?a>b" title="学">学</a><img src="学.png" alt="学"></p>'
    with chosen_for(Script.TRADITIONAL):
        assert shown_html(html, "zh-Hans") == html.replace(">学<", ">學<")


def test_a_long_text_is_converted_the_same_the_second_time():
    html = "<p>学</p>" * 5000
    with chosen_for(Script.TRADITIONAL):
        assert shown_html(html, "zh") == shown_html(html, "zh") == html.replace("学", "學")


@given(st.lists(st.sampled_from(['<p class="学">', "</p>", "<br>", "头", "发", "&lt;", "a"]), max_size=30))
def test_tags_come_out_as_they_went_in(pieces):
    with chosen_for(Script.TRADITIONAL):
        result = shown_html("".join(pieces), "zh")
    assert [piece for piece in pieces if piece.startswith("<")] == [each + ">" for each in split_tags(result)]


def split_tags(html):
    return ["<" + rest.split(">")[0] for rest in html.split("<")[1:]]


def test_a_chosen_script_shows_in_lists_and_posts_and_changes_nothing_stored(archive, client):
    address = Post.objects.get().get_absolute_url()
    response = client.post("/preferences/", {"script": "zh-Hant", "next": address})
    assert (response.status_code, response["Location"]) == (303, address)
    page = client.get(address).content.decode()
    for part in ("<title>頭髮與發展 –", '<h1 lang="zh-Hant">頭髮與發展</h1>', "<b>頭</b>上", ">發展</a>"):
        assert part in page
    for part in (">網絡</a>", ">于德</a>", ">隨筆</a>", '"https://example.org/%E5%A4%B4%E5%8F%91"'):
        assert part in page
    assert ">頭髮與發展</a>" in client.get("/").content.decode()
    assert ">網絡</a>" in client.get("/tags/").content.decode()
    assert "<h1>網絡</h1>" in client.get("/tags/网络/").content.decode()
    assert Post.objects.get().title == "头发与发展"


def test_the_original_comes_back(archive, client):
    client.cookies[settings.SCRIPT_COOKIE_NAME] = "zh-Hant"
    client.post("/preferences/", {"script": "own"})
    assert ">头发与发展</a>" in client.get("/").content.decode()


def test_the_choice_is_part_of_no_address_and_of_no_feed(archive, client):
    address = Post.objects.get().get_absolute_url()
    client.cookies[settings.SCRIPT_COOKIE_NAME] = "zh-Hant"
    assert f'<link rel="canonical" href="http://testserver{address}">' in client.get(address).content.decode()
    assert "头发与发展" in client.get("/atom.xml").content.decode()


def test_a_cookie_that_makes_no_sense_is_passed_over(archive, client):
    client.cookies[settings.SCRIPT_COOKIE_NAME] = "klingon"
    assert ">头发与发展</a>" in client.get("/").content.decode()


def test_hits_are_shown_in_the_chosen_script_and_lead_to_it(archive, client):
    client.cookies[settings.SCRIPT_COOKIE_NAME] = "zh-Hant"
    page = client.get("/search/", {"q": "软件"}).content.decode()
    assert "<mark>軟件</mark>" in page
    assert "text=%E8%BB%9F%E4%BB%B6" in page


def test_facets_are_shown_in_the_chosen_script_and_captures_as_they_came(archive, client):
    client.cookies[settings.SCRIPT_COOKIE_NAME] = "zh-Hant"
    assert ">網絡</a>" in client.get("/search/", {"q": "软件"}).content.decode()
    history = client.get(f"{Post.objects.get().get_absolute_url()}history/").content.decode()
    assert ' lang="zh-Hans">头发与发展</a>' in history
