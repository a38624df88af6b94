"""Pictures that stand alone: pages give them a place of their own, while those among words stay as small as letters."""

from lxml import etree

_AROUND = frozenset("a b em i strong".split())


def set_pictures_apart(body: etree._Element) -> None:
    """Make figures of paragraphs that hold nothing but pictures, linked or not, in a tree whose spaces are settled."""
    for image in list(body.iter("img")):
        paragraph = next(image.iterancestors("p"), None)
        if paragraph is not None and paragraph.get("class") is None and _holds_only_pictures(paragraph):
            paragraph.tag = "figure"


def _holds_only_pictures(element):
    return not element.text and all(not child.tail and _is_picture(child) for child in element)


def _is_picture(element):
    return element.tag in ("img", "br") or (element.tag in _AROUND and _holds_only_pictures(element))
