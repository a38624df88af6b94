"""From HTML as it was archived to a small, regular tree."""

import re

from lxml import etree

from .sanitize import INVISIBLE, TAGS

# libxml2 stops reading at 2,048 levels, and no article nests a tenth of that. What takes longer than a page to read is no article.
_MOST_TAGS = 100_000
_MOST_PARAGRAPHS = 10_000
# libxml2 compares each attribute of an element with all before it. Quotes within quotes have made a hundred of one in a real post.
_MOST_ATTRIBUTES = 500
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
_OVERLOADED_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:[\s/]*+{_ATTRIBUTE}){{{_MOST_ATTRIBUTES + 1}}}")
# Nobody asks for an element by its id: a table of them would be made for nothing.
_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False)
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
_LINE_TAGS = BLOCKS | _DIVISIONS | {"br"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_INLINE = frozenset("a abbr b bdi bdo cite code dfn em i kbd mark q s samp small strong sub sup time u var".split())
# What is seen, or holds a place, though there is no text in it.
_SAY_SOMETHING_EMPTY = frozenset("audio col hr img source td th video".split())
# The name of elements that say nothing, until they are taken away around what they hold.
NOTHING = "nothing"


def parse_html(html: str) -> etree._Element:
    """The body element of this HTML, with only allowed elements in it, and no comments. Attributes are as they were.

    HTML that is nested too deeply, or holds too many tags or attributes to be read in bounded time, comes out as paragraphs of its
    text.
    """
    if html.count("<") > _MOST_TAGS or _OVERLOADED_TAG.search(html):
        return _read(_as_paragraphs(html))
    parser_says, body = _try_to_read(html)
    return _read(_as_paragraphs(html)) if parser_says else body


def _try_to_read(html):
    root = etree.fromstring(f"<html><body>{_PAGE_TAGS.sub('', html)}".encode(), _PARSER)
    too_deep = bool(_PARSER.error_log.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT))
    return too_deep, root[0]


def _read(html):
    return _try_to_read(html)[1]


def _as_paragraphs(html):
    """The text of this HTML, a paragraph for each stretch between tags that begin or end a block. Linear in its length.

    Very many of them are the lines of one preformatted block instead: an element takes a hundred times the room of a line.
    """
    html = _INVISIBLE.sub("", html)
    html = _ANY_TAG.sub(lambda tag: "\n" if tag[1].lstrip("/").lower() in _LINE_TAGS else "", html).replace("<", "&lt;")
    lines = [line for line in html.splitlines() if not line.isspace() and line]
    if len(lines) > _MOST_PARAGRAPHS:
        return "<pre>{}</pre>".format("\n".join(lines))
    return "".join(f"<p>{line}</p>" for line in lines)


def simplify(body: etree._Element) -> None:
    """Reduce the elements to those that mean something, in place; the text and its division into blocks stay.

    Wrappers without meaning go (span, font, divisions of divisions); a division that holds only text is a paragraph;
    emphasis around whole blocks goes; what is empty goes; headings begin with h2 and skip no level.
    """
    etree.strip_elements(body, *INVISIBLE, with_tail=False)
    holding = _Holding()
    headings = []
    # The other way round, children come before their parents.
    for element in reversed(list(body.iter("*"))):
        if element is body:
            break
        tag = _simplified(element, element.tag, holding)
        if tag in BLOCKS and element not in holding.something and tag not in _SAY_SOMETHING_EMPTY:
            remove(element)
            continue
        if tag != element.tag:
            element.tag = tag
        holding.note(element, tag)
        if tag in _HEADINGS:
            headings.append(element)
    etree.strip_tags(body, NOTHING)
    _order(headings[::-1])


class _Holding:
    """Which elements hold a block, which hold anything that is seen, and which of those that go hold only blocks."""

    def __init__(self):
        self.block, self.something, self.only_blocks = set(), set(), set()

    def note(self, element, tag):
        """Tell the parent of an element that is done."""
        parent = element.getparent()
        if tag in BLOCKS or element in self.block:
            self.block.add(parent)
        if tag in _SAY_SOMETHING_EMPTY or element in self.something or _shows(element.tail):
            self.something.add(parent)


def _shows(text):
    return bool(text) and not text.isspace()


def _simplified(element, tag, holding):
    """The name this element gets, `NOTHING` if it goes and what it holds stays."""
    if _shows(element.text):
        holding.something.add(element)
    if tag in _DIVISIONS:
        tag = "div"
    elif tag not in TAGS:
        return NOTHING
    if tag == "source" and element.getparent().tag not in ("audio", "video"):
        return NOTHING
    holds_block = element in holding.block
    if tag == "div" and element.get("class") != "footnotes":
        return _division(element, holding) if holds_block else "p"
    if tag in _HEADINGS or tag == "p":
        return NOTHING if holds_block else tag
    if tag in _INLINE:
        return NOTHING if (holds_block and tag != "a") or element not in holding.something else tag
    return tag


def _division(element, holding):
    """A division of nothing but blocks says nothing: the blocks are divided without it."""
    if _shows(element.text) or not all(_is_apart(child, holding) for child in element):
        return "div"
    holding.only_blocks.add(element)
    return NOTHING


def _is_apart(child, holding):
    """Whether this child of a division, with the text after it, is a block or nothing."""
    if _shows(child.tail):
        return False
    return child.tag in BLOCKS or child in holding.only_blocks or (child.tag == NOTHING and child not in holding.something)


def remove(element: etree._Element) -> None:
    """Take an element out of its tree; the text after it stays."""
    parent, previous = element.getparent(), element.getprevious()
    if element.tail:
        if previous is None:
            parent.text = (parent.text or "") + element.tail
        else:
            previous.tail = (previous.tail or "") + element.tail
    parent.remove(element)


def _order(headings):
    """Give the headings levels from h2 on, in the order of importance they had, skipping none."""
    open_levels = []
    for heading in headings:
        level = int(heading.tag[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        heading.tag = f"h{len(open_levels) + 1 if len(open_levels) < 6 else 6}"
