"""Slugs: of posts as Jekyll makes them, and of names."""

import hashlib
import re
import unicodedata
from functools import lru_cache

MAX_SLUG_BYTES = 200
# Jekyll's slugify, mode "pretty" (lib/jekyll/utils.rb, SLUGIFY_PRETTY_REGEXP): what is neither mark, letter, decimal digit nor one
# of these becomes a hyphen.
_PRETTY = frozenset("._~!$&'()+,;=@")


def post_slug(name: str) -> str:
    """The slug that Jekyll's `:title` gives a file of this name (without date and ending), with its case kept.

    Cut to 200 bytes of UTF-8 at a character; "post" where nothing is left.
    """
    slug = "".join(character if _stays(character) else " " for character in name)
    slug = re.sub(" +", "-", slug)
    slug = _cut(slug.strip("-")).strip("-")
    return slug if slug.strip(".") else "post"


@lru_cache(maxsize=10_000)
def _stays(character):
    return character in _PRETTY or unicodedata.category(character)[0] in "ML" or unicodedata.category(character) == "Nd"


def _cut(slug):
    return slug.encode()[:MAX_SLUG_BYTES].decode(errors="ignore")


@lru_cache(maxsize=10_000)
def name_slug(name: str) -> str:
    """The slug of an author, tag, category or site. Names that differ at most in case, width or space share it.

    Keeps signs that tell names apart (C++, C#, AT&T). Empty only for an empty name: one of signs alone is told by its hash.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    slug = re.sub(r"[\s/\\\x00-\x1f\x7f]+", "-", folded).strip("-")
    slug = "".join(character for character in slug if unicodedata.category(character) not in ("Cf", "Cc", "Cs"))
    if len(slug.encode()) > MAX_SLUG_BYTES:
        slug = f"{_cut(slug)[:60]}-{_digest(folded)}"
    if slug.strip("-."):
        return slug
    return f"name-{_digest(name)}" if name.strip() else ""


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
