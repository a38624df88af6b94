"""Chinese in the script that the reader chose: by OpenCC, phrase by phrase, in what is shown and never in what is stored.

Text that is in the chosen script already stays as it is.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from hashlib import blake2b

from django.core.cache import cache as stored
from opencc import OpenCC


class Script(StrEnum):
    """The values are the BCP 47 tags of what is shown."""

    ORIGINAL = ""
    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"


# Taiwan's forms of the characters, but not its vocabulary: what an author wrote stays what they wrote.
_CONVERSIONS = {Script.SIMPLIFIED: "t2s", Script.TRADITIONAL: "s2tw"}
_CHOSEN = ContextVar("script", default=Script.ORIGINAL)
_TAG = re.compile(r"<[^>\"]*(?:\"[^\"]*\"[^>\"]*)*>")
# Between the pieces of a text: cleaned text holds no control characters.
_BETWEEN = "\x1f"
# Shorter HTML is converted sooner than it is looked up.
_WORTH_STORING = 20_000


def chosen() -> Script:
    return _CHOSEN.get()


@contextmanager
def chosen_for(script: Script) -> Iterator[None]:
    """Show Chinese in this script until the end of the block."""
    token = _CHOSEN.set(script)
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def shown_language(language: str) -> str:
    """The language of a text in this language (BCP 47, empty if unknown) once it is shown."""
    return chosen() if language.startswith("zh") and chosen() else language


def shown(text: str, language: str = "zh") -> str:
    """A text in this language, without markup, as it is shown."""
    return _converter(chosen()).convert(text) if _is_converted(language) else text


def shown_person(name: str) -> str:
    """A person's name as it is shown. It isn't made traditional: 于 may be a surname or stand for 於, and words don't tell."""
    return shown(name) if chosen() is Script.SIMPLIFIED else name


def shown_html(html: str, language: str) -> str:
    """HTML as `articles.importing.clean` writes it: its text is converted, its tags and so its addresses are not."""
    if not _is_converted(language):
        return html
    if len(html) < _WORTH_STORING:
        return _convert_html(html)
    key = f"script-{chosen()}-{blake2b(html.encode(), digest_size=20).hexdigest()}"
    return stored.get_or_set(key, lambda: _convert_html(html))


def _is_converted(language):
    return chosen() not in ("", language) and language in ("zh", "zh-Hans", "zh-Hant", "")


def _convert_html(html):
    texts = _converter(chosen()).convert(_TAG.sub(_BETWEEN, html)).split(_BETWEEN)
    tags = [*_TAG.findall(html), ""]
    return "".join(piece for pair in zip(texts, tags, strict=True) for piece in pair)


@cache
def _converter(script):
    return OpenCC(_CONVERSIONS[script])
