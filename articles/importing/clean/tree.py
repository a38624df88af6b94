"""From HTML as it was archived to a small, regular tree."""

import re

from lxml import etree

from .sanitize import INVISIBLE, TAGS

# libxml2 stops reading at 2,048 levels, and no article nests a tenth of that. What takes longer than a page to read is no article.
_MOST_TAGS = 100_000
_PAGE_TAGS = re.compile(r"</?(?:html|head|body)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_INVISIBLE = re.compile(rf"<({'|'.join(sorted(INVISIBLE))})\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<(/?[a-z][a-z0-9]*)[^<>]*>", re.IGNORECASE)

BLOCKS = frozenset(
    "blockquote col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary"
    " table tbody td tfoot th thead tr ul".split()
)
# Written by sites around parts of an article: a reader sees lines of their own, so they are divisions here.
_DIVISIONS = frozenset(
    "address article aside body center dialog dir fieldset footer form header hgroup legend main menu nav optgroup option search"
    " section".split()
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_INLINE_FORMATTING = frozenset("abbr b bdi bdo cite code dfn em i kbd mark q s samp small span strong sub sup time u var".split())
# What is there though it holds neither text nor other elements.
_VOID = frozenset("br hr img source wbr col".split())
# Elements that say nothing once their attributes are gone.
_MEANINGLESS = "dropped"


def parse_html(html: str) -> etree._Element:
    """The body element of this HTML, with only allowed elements in it, and no comments. Attributes are as they were.

    HTML that is nested too deeply or holds too many tags to be read in bounded time comes out as paragraphs of its text.
    """
    if html.count("<") > _MOST_TAGS:
        return _read(_as_paragraphs(html))
    parser_says, body = _try_to_read(html)
    return _read(_as_paragraphs(html)) if parser_says else body


def _try_to_read(html):
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(f"<html><body>{_PAGE_TAGS.sub('', html)}", parser)
    too_deep = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return too_deep, root[0]


def _read(html):
    return _try_to_read(html)[1]


def _as_paragraphs(html):
    """The text of this HTML, a paragraph for each stretch between tags that begin or end a block. Linear in its length."""
    html = _INVISIBLE.sub("", html)
    html = _ANY_TAG.sub(lambda tag: "\n" if tag[1].lstrip("/").lower() in BLOCKS | _DIVISIONS | {"br"} else "", html)
    return "".join(f"<p>{line.replace('<', '&lt;')}</p>" for line in html.splitlines() if line.strip())


def simplify(body: etree._Element) -> None:
    """Reduce the elements to those that mean something, in place; the text and its division into blocks stay.

    Wrappers without meaning go (span, font, divisions of divisions); a division that holds only text is a paragraph;
    emphasis around whole blocks goes; empty paragraphs and emphasis go; headings begin with h2 and skip no level.
    """
    etree.strip_elements(body, *INVISIBLE, with_tail=False)
    holds_block = set()
    headings = []
    for element in reversed(list(body.iter("*"))):
        if element is body:
            break
        tag = _simplified(element, element.tag, element in holds_block)
        element.tag = tag
        if tag in BLOCKS or element in holds_block:
            holds_block.add(element.getparent())
        if tag in _HEADINGS:
            headings.append(element)
    etree.strip_tags(body, _MEANINGLESS)
    _order(headings[::-1])


def _simplified(element, tag, holds_block):
    """The name this element gets, `_MEANINGLESS` if it goes and what it holds stays."""
    if tag in _DIVISIONS:
        tag = "div"
    elif tag not in TAGS:
        return _MEANINGLESS
    if tag == "div":
        return _division(element, holds_block)
    if tag in _HEADINGS or tag == "p":
        return _MEANINGLESS if holds_block or _is_empty(element) else tag
    if tag in _INLINE_FORMATTING:
        return _MEANINGLESS if holds_block or tag == "span" or _is_empty(element) else tag
    return tag


def _division(element, holds_block):
    if not holds_block:
        return _MEANINGLESS if _is_empty(element) else "p"
    text_of_its_own = element.text and element.text.strip()
    if text_of_its_own or any(child.tag not in BLOCKS or (child.tail and child.tail.strip()) for child in element):
        return "div"
    return _MEANINGLESS


def _is_empty(element):
    return not (element.text and element.text.strip()) and not any(
        child.tag in _VOID - {"br"} or len(child) or (child.text and child.text.strip()) or (child.tail and child.tail.strip())
        for child in element
    )


def _order(headings):
    """Give the headings levels from h2 on, in the order of importance they had, skipping none."""
    open_levels = []
    for heading in headings:
        level = int(heading.tag[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        heading.tag = f"h{len(open_levels) + 1 if len(open_levels) < 6 else 6}"
