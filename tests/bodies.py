"""Small builders of what the clean stage takes and gives."""

from datetime import UTC, datetime

from lxml import etree

from articles.importing.clean import clean_body
from articles.importing.records import CleanBody, FrontMatter

PUBLISHED = datetime(2023, 9, 11, 13, 26, 13, tzinfo=UTC)
SOURCE = "https://news.example.com/2023/train.html"
VIDEO = "https://www.youtube.com/watch?v=abcdefghijk"


def clean(body: str, title="夜车开往兰州", source=SOURCE) -> CleanBody:
    front_matter = FrontMatter(title, PUBLISHED, "2023-09-11", PUBLISHED.date(), "train", source_url=source, body=body)
    return clean_body(front_matter)


def elements(html: str) -> list[etree._Element]:
    """Every element that a browser would make of this HTML."""
    return list(
        etree.fromstring(f"<html><body>{html}</body></html>", etree.HTMLParser(huge_tree=True)).find("body").iterdescendants()
    )


def first(html: str, tag: str) -> etree._Element:
    return next(element for element in elements(html) if element.tag == tag)
