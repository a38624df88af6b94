"""clean: from a body as it was written to HTML that is safe to show, its text, and what lists show of it. No disk, no database."""

import re

from lxml import etree

from ..records import CleanBody, FrontMatter
from .attributes import keep_attributes
from .header import drop_header
from .links import link_text
from .markdown import render
from .media import replace_frames, settle_images, video_of
from .pictures import set_pictures_apart
from .reading import reading_seconds_of
from .sanitize import sanitize
from .spaces import settle_spaces
from .text import excerpt_of
from .tree import parse_html, simplify

# Neither XML nor HTML may hold them; some bodies do.
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def clean_body(front_matter: FrontMatter) -> CleanBody:
    """Everything that is derived from a post's body. Raises nothing: whatever can't be understood is shown as text.

    The HTML is safe to put into a page unescaped. The text has a line for each block. The excerpt is one line of about 240
    columns. There is no lead image for a video post, as a poster would load from the video's site.
    """
    body = _CONTROL_CHARACTERS.sub("", front_matter.body.replace("\r\n", "\n").replace("\r", "\n"))
    tree = parse_html(render(drop_header(body, front_matter.title, front_matter.source_url)))
    base = front_matter.source_url
    source_video = video_of(base)
    first_embed = replace_frames(tree, base)
    lead_image = settle_images(tree, base)
    simplify(tree)
    text = settle_spaces(tree)
    set_pictures_apart(tree)
    keep_attributes(tree, base)
    link_text(tree, source_video)
    return CleanBody(
        html=sanitize(_inner_html(tree)),
        text=text,
        excerpt=excerpt_of(text, front_matter.title),
        lead_image="" if source_video else lead_image,
        video=source_video or first_embed,
        reading_seconds=reading_seconds_of(text),
    )


def _inner_html(body):
    html = etree.tostring(body, method="html", encoding="unicode", with_tail=False)
    return html[html.index(">") + 1 : html.rindex("<")].strip()
