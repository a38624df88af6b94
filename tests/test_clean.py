"""From a body as it was written to HTML, text and excerpt."""

import itertools
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.clean.header import drop_header
from tests.bodies import SOURCE, VIDEO, clean

TITLE = "夜车开往兰州"
LINK = f"[{TITLE}]({SOURCE})"


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (f"<!--1694438773000-->\n{LINK}\n------\n\n<p>一</p>", "<p>一</p>"),
        (f"\n<!--1694438773000-->\n{LINK}\n------\n<p>一</p>", "<p>一</p>"),
        (f"<!--NaN-->\n{LINK}\n------\n\n<p>一</p>", "<p>一</p>"),
        (f"{LINK}\n------\n\n一", "一"),
        (f"<!--1694438773000-->\n{LINK}\n\n一", "一"),
        ("<!--1694438773000-->\n------\n\n一", "一"),
        ("<!--1694438773000-->\n\n一", "一"),
        (f"<!--1-->\n{TITLE}\n------\n\n一", "一"),
        (f"<!--1-->\n[{TITLE}]()\n------\n一", "一"),
        (f"<!--1-->\n[另一个标题]({SOURCE}/)\n------\n一", "一"),
        (f"{LINK}\n------", ""),
    ],
)
def test_the_header_is_dropped_whole_or_in_part(body, left):
    assert drop_header(body, TITLE, SOURCE).strip() == left


@pytest.mark.parametrize("title", ['a [b] "c"', "a\\b", "a](b", "『引』“号”", "a &amp; b"])
def test_the_header_is_known_whatever_letters_its_title_holds(title):
    assert drop_header(f"<!--1-->\n[{title}](https://other.example/)\n------\n一", title, SOURCE).strip() == "一"


@pytest.mark.parametrize(
    "body",
    [
        "第一章\n------\n\n正文",
        "[别的文章](https://other.example/x)\n------\n\n正文",
        "------\n\n正文",
        "正文\n\n<!--1-->\n[夜车开往兰州](x)\n",
        "夜车开往兰州\n------\n\n正文",
        "",
    ],
)
def test_headings_and_rules_that_are_no_header_stay(body):
    assert drop_header(body, TITLE, SOURCE) == body


def test_a_setext_heading_below_the_header_is_shown():
    assert clean(f"<!--1-->\n{LINK}\n------\n\n第一章\n------\n\n正文").html == "<h2>第一章</h2><p>正文</p>"


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<div>\n列车\n</div>", "<p>列车</p>"),
        ("<article><header><h1>题</h1></header><section><p>一</p></section></article>", "<h2>题</h2><p>一</p>"),
        ("<div>文<p>一</p></div>", "<div>文<p>一</p></div>"),
        ("<div><p>一</p><p><br></p><p>&nbsp;</p><p></p><p>二</p></div>", "<p>一</p><p>二</p>"),
        ("<p>一<br><br><br><br>二<br></p>", "<p>一<br><br>二</p>"),
        ("<div><font color=red>红</font><center>中</center></div>", "<div>红<p>中</p></div>"),
        (
            "<div><h4>甲</h4><h1>乙</h1><h3>丙</h3><h3>丁</h3><h6>戊</h6></div>",
            "<h2>甲</h2><h2>乙</h2><h3>丙</h3><h3>丁</h3><h4>戊</h4>",
        ),
        ("<div><b><p>一</p></b></div>", "<p>一</p>"),
        ("<p>一</p></body></html><p>二</p>", "<p>一</p><p>二</p>"),
        ("<ul><li>一<li>二</ul>", "<ul><li>一</li><li>二</li></ul>"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
        ("<p>\n<b>\nHugh\n</b>\n<b>\nJanet\n</b>\nand <i> Brad</i></p>", "<p><b>Hugh</b> <b>Janet</b> and <i>Brad</i></p>"),
        ("{{ page.title }} {% include x %}", "<p>{{ page.title }} {% include x %}</p>"),
        ("a\x00b\x01c\ud800d", "<p>abcd</p>"),
        ("", ""),
    ],
)
def test_html_is_reduced_to_what_means_something(body, html):
    assert clean(body).html == html


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>俄<b>罗</b>斯<br>第二行</p><ul><li>甲</li><li>乙</li></ul>", "俄罗斯\n第二行\n甲\n乙"),
        ("<p>\n  如果您错过了《\n  <em>\n   阿拉伯之春\n  </em>\n  》\n</p>", "如果您错过了《阿拉伯之春》"),
        ("<p>\n one\n <b>\n two\n </b>\n three</p>", "one two three"),
        ("<p>a&amp;b &lt;c&gt; &quot;d&quot;</p>", 'a&b <c> "d"'),
        ("<p>见<img src='https://a.example/a.png' alt='图'>下</p><script>x</script><style>y</style>", "见下"),
        ("<div><p>一</p><iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe></div>", "一"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
    ],
)
def test_text_has_a_line_for_each_block_and_splits_no_word(body, text):
    assert clean(body).text == text


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        ("<p>夜车开往兰州</p><p>列车离开。</p>", "列车离开。"),
        ("<p>短。</p><p>文。</p>", "短。 文。"),
        ("<p>" + "字" * 100 + "。" + "文" * 100 + "</p>", "字" * 100 + "。…"),
        ("<p>" + "word " * 100 + "</p>", ("word " * 48).strip() + "…"),
        ("", ""),
    ],
)
def test_the_excerpt_is_the_first_running_text(body, excerpt):
    assert clean(body).excerpt == excerpt


def test_a_whole_text_as_long_as_an_excerpt_is_not_cut():
    assert clean("<p>" + "字" * 120 + "</p>").excerpt == "字" * 120


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "table><tr><td", "font color=red", "a href=x"])
def test_html_nested_ten_thousand_deep_keeps_its_text(tag):
    assert "底" in clean(f"<{tag}>" * 10_000 + "底").text


def test_a_body_of_a_million_paragraphs_keeps_its_text():
    cleaned = clean("<div>" + "<p>字</p>" * 1_000_000 + "</div>")
    assert cleaned.text.count("字") == 1_000_000


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("".join(f"{'  ' * depth}- word{depth}.\n" for depth in range(200)), 200),
        ("\n".join(f"{'  ' * depth}- word{depth}.\n" for depth in range(200)), 200),
        ("".join(f"{'> ' * depth}- word{depth}.\n" for depth in range(100)), 100),
        (">" * 5_000 + "word0.", 1),
        ("- " * 5_000 + "word0.", 1),
        ("term\n" + ": " * 5_000 + "word0.", 1),
        ("text[^1]\n\n" + "[^1]: " * 5_000 + "word0.", 1),
        ("[" * 5_000 + "word0." + "]" * 5_000, 1),
    ],
    ids=["list", "loose list", "quotes and lists", "quote", "list in a line", "definition", "footnote", "brackets"],
)
def test_markdown_however_deep_keeps_its_words(body, words):
    text = clean(body).text
    assert [number for number in range(words) if f"word{number}." not in text] == []


def test_markdown_is_nested_as_deep_as_people_nest_it():
    assert clean(">" * 25 + "底").html.count("<blockquote>") == 25
    assert clean("".join(f"{'  ' * depth}- 项\n" for depth in range(25))).html.count("<ul>") == 25


def test_markdown_too_long_to_render_is_shown_as_written():
    cleaned = clean("*强* <b>\n" * 200_000)
    assert cleaned.html.startswith("<pre>*强* &lt;b&gt;\n")


@given(st.text(alphabet=st.sampled_from("<>/=\"'!-#&;:*_`~[]()|\\{} \n\tabdivp字，。1"), max_size=300))
def test_no_body_makes_it_fail(body):
    cleaned = clean(body)
    assert "\n" not in cleaned.excerpt
    assert not any(letter < " " and letter not in "\n\t" for letter in cleaned.text + cleaned.excerpt)


@given(st.text(max_size=300))
def test_plain_text_in_a_division_comes_out_as_it_went_in(text):
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    assert clean("<div>" + " ".join(words) + "</div>").text == " ".join(words)


@pytest.mark.slow
def test_real_posts_come_out_the_same_as_their_own_html(corpus):
    """What is clean stays as it is: cleaning the HTML of a sample of real posts again changes nothing of their text."""
    for name in ("society", "teahouse", "oped2"):
        with tarfile.open(corpus / f"{name}.tar.gz") as archive:
            posts = itertools.islice((member for member in archive if member.name.endswith(".md")), 0, None, 23)
            for member in itertools.islice(posts, 700):
                body = archive.extractfile(member).read().decode("utf-8", "replace").split("\n---\n", 1)[-1]
                cleaned = clean(body, source="")
                again = clean(cleaned.html, source="")
                assert again.text == cleaned.text, member.name
                assert again.excerpt == cleaned.excerpt, member.name


def test_the_video_of_the_source_is_the_posts_video():
    assert clean("<div>文</div>", source=VIDEO).video == "youtube:abcdefghijk"
