import ast
import re
import shutil
import subprocess
from http.cookies import SimpleCookie

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from articles.models import Post, Tag

from .conftest import ROOT
from .files import run_import, write_post

LOCALES = ["zh_Hans", "zh_Hant"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# They are shown when nothing else works, so they say the same in all languages.
for name in ("400.html", "500.html"):
    TEMPLATES.remove(ROOT / "templates" / name)


@pytest.fixture
def archive(db, tmp_path):
    write_post(tmp_path)
    run_import(tmp_path)


def catalogue(locale, folder=ROOT / "locale"):
    with (folder / locale / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=locale)


def test_the_catalogues_hold_every_string_of_code_and_templates_and_no_other(tmp_path):
    shutil.copytree(ROOT / "locale", tmp_path / "locale")
    subprocess.run(["make", "messages", f"LOCALE={tmp_path / 'locale'}"], cwd=ROOT, check=True, capture_output=True)
    for locale in LOCALES:
        fresh = {message.id for message in catalogue(locale, tmp_path / "locale")}
        assert fresh == {message.id for message in catalogue(locale)}, "run `make messages` and translate what is new"


def test_no_string_of_the_code_escapes_the_catalogues():
    """Extraction doesn't look into f-strings."""
    known = {each for message in catalogue("zh_Hans") for each in ([message.id] if isinstance(message.id, str) else message.id)}
    for path in (path for folder in ("articles", "newsarchive") for path in (ROOT / folder).rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call) and node.args]
        marked = [call.args[0] for call in calls if getattr(call.func, "id", "") in ("_", "ngettext", "gettext", "gettext_lazy")]
        assert {text.value for text in marked if isinstance(text, ast.Constant)} <= known, path


@pytest.mark.parametrize("locale", LOCALES)
def test_every_string_is_translated(locale):
    for message in catalogue(locale):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), f"{message.id} is not translated"
        assert not message.fuzzy or not message.id, f"{message.id} is fuzzy"


@pytest.mark.parametrize("locale", LOCALES)
def test_translations_have_the_places_of_their_strings(locale):
    for message, errors in catalogue(locale).check():
        assert not errors, message.id


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_anything_untranslated(path):
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    labels = re.findall(r'\b(?:aria-label|alt|title|placeholder)="([^"]*)"', text)
    # What is typed is the same in every language, and what says its own language is in that one.
    text = re.sub(r"<(dt|code)\b.*?</\1>|<(\w+)[^>]* lang=\"zh.*?</\2>", "", text, flags=re.DOTALL)
    for each in [re.sub(r"<[^>]*>", "", text), *labels]:
        assert not re.search(r"\w", each), each


@pytest.mark.parametrize(
    ("accepted", "language", "word"),
    [
        *[(accepted, "zh-hans", "归档") for accepted in ("zh-CN,zh;q=0.9,en;q=0.8", "zh", "zh-Hans-CN", "zh-SG")],
        *[(accepted, "zh-hant", "彙整") for accepted in ("zh-TW,zh;q=0.9", "zh-HK", "zh-Hant-HK")],
        *[(accepted, "en", "Archive") for accepted in ("en-GB,zh;q=0.5", "fi", "")],
    ],
)
def test_pages_speak_the_language_that_the_browser_asks_for(archive, client, accepted, language, word):
    response = client.get("/", headers={"Accept-Language": accepted})
    page = response.content.decode()
    assert f'<html lang="{language}">' in page
    assert f">{word}</a>" in page
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_a_chosen_language_is_kept_and_leads_back(archive, client):
    response = client.post("/preferences/", {"language": "zh-hant", "next": "/tags/?starts=a"})
    assert (response.status_code, response["Location"]) == (303, "/tags/?starts=a")
    assert '<html lang="zh-hant">' in client.get("/tags/", headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])
def test_a_choice_leads_nowhere_outside(client, elsewhere):
    assert client.post("/preferences/", {"language": "en", "next": elsewhere})["Location"] == "/"


def test_a_choice_leads_back_to_an_address_however_it_is_written(client):
    assert client.post("/preferences/", {"next": "/tags/铁路/\nX: y"})["Location"] == "/tags/%E9%93%81%E8%B7%AF/%0AX:%20y"


def test_a_choice_that_makes_no_sense_changes_nothing(client):
    response = client.post("/preferences/", {"language": "xx", "next": "/tags/"})
    assert (response.status_code, response["Location"]) == (303, "/tags/")
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies
    assert client.get("/preferences/").status_code == 405


def test_every_page_offers_to_show_itself_in_another_language(archive, client):
    address = Post.objects.get().get_absolute_url()
    for path in ("/", "/tags/?starts=%3Cb%3E", address, "/nowhere/"):
        assert f'name="next" value="{path}"' in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("en", "Sept. 11, 2023", "September 2023"),
        ("zh-hans", "2023年9月11日", "2023年9月"),
        ("zh-hant", "2023年9月11日", "2023年9月"),
    ],
)
def test_dates_have_the_form_of_the_language(archive, client, language, day, month):
    client.cookies = SimpleCookie({settings.LANGUAGE_COOKIE_NAME: language})
    assert day in client.get(Post.objects.get().get_absolute_url()).content.decode()
    assert f">{month}</a></h2>" in client.get("/").content.decode()


@pytest.mark.parametrize(("language", "number"), [("en", "12,345"), ("zh-hans", "12345")])
def test_numbers_have_the_form_of_the_language(archive, client, language, number):
    Tag.objects.filter(name="铁路").update(post_count=12_345)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for address in ("/tags/", "/tags/铁路/"):
        assert re.search(rf">\s*{number}\b", client.get(address).content.decode())


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ["标题", "发表时间", "来源网址", "隐藏"]), ("zh-hant", ["標題", "發表時間"])]
)
def test_editors_work_in_their_language_too(archive, admin_client, language, words):
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = admin_client.get(f"/admin/articles/post/{Post.objects.get().pk}/change/").content.decode()
    for word in words:
        assert word in page
