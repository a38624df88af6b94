"""The last step over a body's HTML: whatever came before, only what is allowed here gets out."""

import re

import nh3

TAGS = frozenset(
    "a abbr audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure"
    " h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small source strong sub summary sup"
    " table tbody td tfoot th thead time tr u ul var video wbr".split()
)
# Elements whose text no browser shows as part of the page.
INVISIBLE = frozenset("script style template title iframe noembed noframes".split())

_ATTRIBUTES = {
    "a": {"href", "title", "data-embed", "data-time"},
    "abbr": {"title"},
    "audio": {"src"},
    "bdo": {"dir"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height"},
    "ins": {"datetime"},
    "ol": {"start", "reversed", "type"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"src", "width", "height"},
}
# Set by the steps before, in this order, and only let through here: nh3 would write them in a new order each time.
ALWAYS_SET = {
    "img": {"loading": "lazy", "decoding": "async", "referrerpolicy": "no-referrer"},
    "audio": {"controls": "", "preload": "none"},
    "video": {"controls": "", "preload": "none"},
}
_POLICY = {
    "tags": set(TAGS),
    "clean_content_tags": set(INVISIBLE),
    "allowed_classes": {"p": {"embed"}, "div": {"table", "footnotes"}},
    "tag_attribute_values": {
        "div": {"tabindex": {"0"}},
        **{tag: {name: {value} for name, value in attributes.items()} for tag, attributes in ALWAYS_SET.items()},
    },
    # An archive vouches for none of the addresses in it, and tells them nothing about its readers.
    "link_rel": "noopener noreferrer nofollow",
    "url_schemes": {"http", "https", "mailto"},
}
# Footnotes only; the prefix keeps an archived id from naming anything of the page around it.
ID_PREFIX = "note-"
_RASTER_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)


def _allow_data_in_images(tag: str, attribute: str, value: str) -> str | None:
    if attribute in ("href", "src") and value.lstrip().lower().startswith("data:"):
        return value if (tag, attribute) == ("img", "src") and is_raster_data(value) else None
    return value


def is_raster_data(url: str) -> bool:
    """Whether a data: address holds a picture that can't hold a script, as an SVG can."""
    return bool(_RASTER_DATA.fullmatch(url))


_cleaner = nh3.Cleaner(**_POLICY, attributes=_ATTRIBUTES)
# The callback costs a call for every attribute: only bodies that hold such pictures or footnotes pay for it.
_rare_cleaner = nh3.Cleaner(
    **{**_POLICY, "url_schemes": _POLICY["url_schemes"] | {"data"}},
    attributes={**_ATTRIBUTES, "li": {"id"}, "sup": {"id"}},
    attribute_filter=_allow_data_in_images,
    id_prefix=ID_PREFIX,
)


def sanitize(html: str) -> str:
    """HTML of which nothing can run, load unasked or reach out of the article: allowed tags, attributes and schemes only.

    It must stay the last step: HTML parsed and written once more after it may mean something else (mutation XSS).
    """
    cleaner = _rare_cleaner if "data:" in html or f'id="{ID_PREFIX}' in html else _cleaner
    return cleaner.clean(html)
