"""Slugs: of posts as Jekyll makes them, and of names."""

import hashlib
import re
import unicodedata
from functools import lru_cache

MAX_SLUG_BYTES = 200
# Jekyll's slugify, mode "pretty" (lib/jekyll/utils.rb, SLUGIFY_PRETTY_REGEXP): what is neither mark, letter, decimal digit nor one
# of these becomes a hyphen.
_PRETTY = frozenset("._~!$&'()+,;=@")
_DIGEST_LENGTH = 12


def post_slug(name: str) -> str:
    """The slug that Jekyll's `:title` gives a file of this name (without date and ending), with its case kept.

    Composed (NFC), so that names written on macOS and elsewhere agree; cut to 200 bytes of UTF-8 between characters, never
    before a combining mark; "post" where nothing is left.
    """
    slug = _cut(pretty(name), MAX_SLUG_BYTES).strip("-")
    return slug if slug.strip(".") else "post"


@lru_cache(maxsize=16)  # A post's name is asked for several times.
def pretty(name: str) -> str:
    """What Jekyll's slugify makes of a name in its mode "pretty", cased: not cut, and empty where nothing is left."""
    slug = unicodedata.normalize("NFC", name).translate(_KEPT)
    return re.sub(" +", "-", slug).strip("-")


class _Kept(dict):
    """For `str.translate`: what stays in a slug, and a space for what doesn't, looked up once for each character."""

    def __missing__(self, code):
        character = chr(code)
        category = unicodedata.category(character)
        self[code] = character if character in _PRETTY or category[0] in "ML" or category == "Nd" else " "
        return self[code]


_KEPT = _Kept()


def before_marks(text: str, end: int) -> int:
    """The greatest position up to this one at which a cut leaves no character without its combining marks."""
    position = end
    while 0 < position < len(text) and unicodedata.category(text[position])[0] == "M":
        position -= 1
    return position or end


def _cut(text, size):
    """The beginning of the text that takes at most this many bytes of UTF-8."""
    encoded = text.encode()
    if len(encoded) <= size:
        return text
    return text[: before_marks(text, len(encoded[:size].decode(errors="ignore")))]


@lru_cache(maxsize=10_000)
def name_slug(name: str) -> str:
    """The slug of an author, tag, category or site. Names that differ at most in case, width or space share it.

    Keeps signs that tell names apart (C++, C#, AT&T). Empty only for a name that shows nothing: one of dots and hyphens alone
    is told by its hash.
    """
    folded = _fold(name)
    slug = re.sub(r"[\s/\\]+", "-", folded).strip("-")
    if len(slug.encode()) > MAX_SLUG_BYTES:
        slug = f"{_cut(slug, MAX_SLUG_BYTES - _DIGEST_LENGTH - 1).rstrip('-')}-{_digest(slug)}"
    if slug.strip("-."):
        return slug
    return f"name-{_digest(folded)}" if folded else ""


def _fold(name):
    """Without case, width, marks of direction and other characters that aren't seen; a single space for any space."""
    seen = "".join(
        character for character in name if character.isspace() or unicodedata.category(character) not in ("Cf", "Cc", "Cs")
    )
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return " ".join(folded.split())


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
