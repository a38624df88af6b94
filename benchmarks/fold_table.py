"""Writes articles/search/fold_table.txt, the data behind `articles.search.fold`, from Unicode's and OpenCC's tables.

    pip install opencc==1.4.2 && python benchmarks/fold_table.py

Run it again only to change the rules: tell operators then to run `rebuild_posts`. The result is committed,
so that every Python version (each has another Unicode) folds alike and the archive doesn't need OpenCC to search.
"""

import re
import subprocess
import tempfile
import unicodedata
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "articles" / "search" / "fold_table.txt"

# Traditional to simplified, first match wins: what Taiwan and Hong Kong write, back to OpenCC's standard form, then on.
VARIANTS = ["TWVariantsRev", "HKVariantsRev"]
SIMPLIFY = ["TSCharactersExt", "TSCharacters"]
# OpenCC decides these by phrase; one character at a time they have to be one.
ALSO = {"著": "着", "藉": "借", "覆": "复", "瞭": "了"}

# Punctuation parts words; these marks are part of what people type: C#, 50%, R&D, @name.
SIGNS = set("#%&@")
# Symbols that are drawn between words rather than read.
LINES = set("|~<>=^`´¨¦¬¯") | {chr(code) for code in range(0x2500, 0x2600)} | {chr(0x2044)}
# Format characters that are seen (Arabic number signs and the like); the others fold to nothing.
SEEN_FORMATS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
IGNORABLE = [(0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164), (0xFE00, 0xFE0F)]
IGNORABLE += [(0xFFA0, 0xFFA0)]
# What lies beyond stays as it is, so that the table can be a short list: emoji tags, private planes.
LIMIT = 0x32400


def opencc_characters(name):
    """A dictionary of the opencc wheel as {character: first choice}; every one of them is compiled, hence the tool."""
    import opencc

    home = Path(opencc.__file__).parent / "clib"
    with tempfile.NamedTemporaryFile() as file:
        source = home / "share" / "opencc" / f"{name}.ocd2"
        command = [home / "bin" / "opencc_dict", "-i", source, "-o", file.name, "-f", "ocd2", "-t", "text"]
        subprocess.run(command, check=True)
        lines = Path(file.name).read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {key: choices.split(" ")[0] for key, choices in pairs if len(key) == 1}


def simplified_forms():
    """{character: simplified character}, closed: no value is a key."""
    variants, simplify = {}, {}
    for name in reversed(VARIANTS):
        variants.update(opencc_characters(name))
    for name in reversed(SIMPLIFY):
        simplify.update(opencc_characters(name))
    simplify.update(ALSO)

    def last_form(character):
        seen = []
        while character not in seen:
            seen.append(character)
            character = variants.get(character, character)
            character = simplify.get(character, character)
        return min(seen[seen.index(character) :])

    forms = {key: last_form(key) for key in {**variants, **simplify}}
    # Simplified characters whose traditional form goes to another simplified one (馀: 餘 -> 余) have to go there too.
    for simple, traditional in opencc_characters("STCharacters").items():
        goal = forms.get(traditional, traditional)
        if forms.get(simple, simple) != goal:
            forms[simple] = goal
    forms = {key: forms.get(value, value) for key, value in forms.items()}
    return {key: value for key, value in forms.items() if key != value}


def is_dropped(character):
    if unicodedata.category(character) == "Cf":
        return character not in SEEN_FORMATS
    return any(first <= ord(character) <= last for first, last in IGNORABLE)


def is_separator(character):
    """Whether it parts words: spaces, controls, punctuation, lone surrogates (which no database takes)."""
    category = unicodedata.category(character)
    if category[0] == "P":
        return character not in SIGNS
    if category == "Sk":
        return ord(character) < 0x1F000  # beyond: the skin tones of emoji
    return category[0] == "Z" or category in ("Cc", "Cs") or character in LINES


def fold_character(character, simplified):
    """The fixed point of NFKC, casefold, simplification, dropping and parting."""
    for _ in range(8):
        if is_dropped(character):
            return ""
        before = character
        character = unicodedata.normalize("NFKC", character).casefold()
        parts = [simplified.get(part, part) for part in character if not is_dropped(part)]
        character = unicodedata.normalize("NFC", "".join(" " if is_separator(part) else part for part in parts))
        if character == before:
            return character
        if len(character) != 1:
            folded = "".join(fold_character(part, simplified) for part in character)
            return unicodedata.normalize("NFC", re.sub(" +", " ", folded))
    raise ValueError(f"{before!r} never comes to rest")


def main():
    simplified = simplified_forms()
    lines = [
        "# Written by benchmarks/fold_table.py: code point, tab, the code points it folds to; what isn't listed stays.",
        "# Holds data of OpenCC (Apache License 2.0) and of the Unicode Character Database.",
    ]
    for code in range(LIMIT):
        if unicodedata.category(chr(code)) == "Cn" and not is_dropped(chr(code)):
            continue
        folded = fold_character(chr(code), simplified)
        if folded != chr(code):
            lines.append(f"{code:x}\t{' '.join(f'{ord(part):x}' for part in folded)}")
    TARGET.write_text("\n".join(lines) + "\n", "ascii")


if __name__ == "__main__":
    main()
