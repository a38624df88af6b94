"""Markdown shows what kramdown (input GFM) shows."""

import shutil

import pytest

from benchmarks.rendering import has_kramdown, main, rendered_by_kramdown, visible
from tests.bodies import clean

SAMPLES = {
    "smart quotes": "他说\"你好\"。我说 \"再见\"，'好' 'ok' it's the '80s \"'quoted' words\"",
    "quotes beside markup": '"**粗**" \'*斜*\' "[链](https://a.example)" "`c`" 《"书名"》（"括号"）',
    "dashes and dots": "a -- b --- c ... d << e >> f ------",
    "emphasis beside Chinese punctuation": "**注意：**后面的字，以及**「引号」**紧跟。*强调*和_下划线_，snake_case_word",
    "stars between numbers": "5*3*2 2 * 3",
    "emphasis that is not closed": "**开头没有结尾\n\n*也没有",
    "an underline below two lines": "第一行\n第二行\n---",
    "an underlined heading": "标题\n---\n\n正文",
    "no heading without a space": "#hashtag 不是标题\n\n## 标题 {#id}",
    "a number with a bracket is no list": "1) 一\n2) 二",
    "a list below text": "前文\n2. 二\n3. 三",
    "tasks": "- [ ] 待办\n- [x] 完成",
    "nested lists": "- 一\n  - 二\n    - 三\n\n1. 甲\n2. 乙",
    "a line with a bar is a table": "撰文 | 张三",
    "a table": "| a | b |\n|---|---|\n| 1 | `x|y` |",
    "not a table": "a | b\nc",
    "footnotes": "脚注[^1]和再次[^1]。\n\n[^1]: 说明 *重要*。",
    "a definition": "词语\n: 解释",
    "an abbreviation": "HTML 很好\n\n*[HTML]: Hyper",
    "attributes": "段落\n{: .class}\n\n*字*{: .x}后",
    "a division with empty lines": '<div>\n文字 "原样" -- ...\n\n空行之后 *不变*\n</div>\n\n后 "变" *了*',
    "text after a division": "<div>一</div>后面的 *字*",
    "a division below text": "前\n<div>块</div>\n后 *字*",
    "Markdown inside": '<div markdown="1">\n*里面* "引"\n</div>',
    "paragraphs of HTML, then Markdown": "<p>一</p>\n<p>二 *不*</p>\n三 *是*",
    "a comment": '<!-- 注释 -->\n正文 "引"',
    "line breaks": "行尾两空格  \n下一行\\\n再一行",
    "code": '`code "x" --` 与\n\n```\nfenced "x" | y\n```\n\n    缩进 "x"',
    "strikethrough": "~~删除~~ 和 ~单~",
    "escapes": r"\@ \* \& \~ \_ \/",
    "addresses": "<https://example.com/a--b> https://example.com/a_b_c",
    "links": '[链接](https://example.com "标题") [未定义][x] [括号[内]](https://a.example)',
    "quotations": "> 引用\n> 第二行\n\n> 另一段",
    "inline HTML": "text <b>粗</b> <br> &nbsp;&copy; &amp; a < b c <3",
    "rules": "第一段\n\n***\n\n第二段\n* * *\n第三段",
    "Liquid": "{{ page.title }} {% include x %}",
}


@pytest.fixture(scope="module")
def kramdown():
    if not shutil.which("ruby") or not has_kramdown():
        pytest.skip("ruby with kramdown and kramdown-parser-gfm is not installed")
    return dict(zip(SAMPLES, rendered_by_kramdown(SAMPLES.values()), strict=True))


@pytest.mark.parametrize("name", SAMPLES)
def test_readers_see_what_kramdown_shows(kramdown, name):
    assert visible(clean(SAMPLES[name]).html) == visible(kramdown[name])


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("**注意：**后面", "<p><strong>注意：</strong>后面</p>"),
        ('"引" -- 号', "<p>“引” – 号</p>"),
        ("1) 一", "<p>1) 一</p>"),
        ("# 一\n\n### 二", "<h2>一</h2><h3>二</h3>"),
        ("撰文 | 张三", '<div class="table" tabindex="0"><table><tbody><tr><td>撰文</td><td>张三</td></tr></tbody></table></div>'),
        ('<div>\n"原样"\n\n*不变*\n</div>', '<p>"原样" *不变*</p>'),
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
    ],
)
def test_markdown_becomes_html(body, html):
    assert clean(body).html == html


def test_footnotes_lead_there_and_back_within_the_article():
    html = clean("脚注[^1]。\n\n[^1]: 说明").html
    for part in ('<sup id="note-ref1"><a href="#note-fn1"', '<li id="note-fn1">', '<a href="#note-ref1"'):
        assert part in html


@pytest.mark.parametrize(
    "body", ["<!-- \n" * 20_000, "`" * 3000 + "|" + " `" * 3000, "[" * 20_000, "*a **b " * 10_000, ">" * 10_000]
)
def test_markdown_made_to_be_slow_ends(body):
    assert clean(body).text.strip(">") == clean(body).text


def test_without_kramdown_the_comparison_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("benchmarks.rendering.has_kramdown", lambda: False)
    monkeypatch.setattr("sys.argv", ["rendering.py", str(tmp_path)])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "not installed" in capsys.readouterr().err
