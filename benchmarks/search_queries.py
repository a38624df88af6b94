"""Queries of every kind that readers type, cut from the posts that are to be found."""

import random
import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from articles.search.fold import fold

_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_MIXED = re.compile("[A-Za-z]+[0-9]*[\u4e00-\u9fff]{1,3}|[\u4e00-\u9fff]{1,3}[A-Za-z]+")


class Asked(NamedTuple):
    kind: str
    text: str


def mixed_queries(posts: list, number: int, seed: int = 2) -> list[Asked]:
    """300 queries for an archive of so many posts made from these real ones."""
    draw = _Draw(posts, number, random.Random(seed))
    wanted = {
        "rarest": (20, draw.rarest),
        "commonest": (20, draw.commonest),
        "one character": (20, lambda: draw.run(1)),
        "two characters": (60, lambda: draw.run(2)),
        "three or four": (40, lambda: draw.run(draw.chance.choice([3, 4]))),
        "long": (20, lambda: draw.run(draw.chance.randint(8, 20))),
        "Latin word": (25, lambda: draw.match(_LATIN)),
        "mixed word": (15, lambda: draw.match(_MIXED)),
        "phrase": (20, lambda: f'"{draw.piece(draw.chance.randint(6, 12))}"'),
        "two words": (20, lambda: f"{draw.run(2)} {draw.run(2)}"),
        "either": (10, lambda: f"{draw.run(2)} OR {draw.run(3)}"),
        "without": (10, lambda: f"{draw.run(2)} -{draw.run(2)}"),
        "in the title": (5, lambda: f"title:{draw.title_run()}"),
        "name": (5, lambda: draw.name()),
        "name and word": (5, lambda: f"{draw.name()} {draw.run(2)}"),
        "dates": (5, lambda: f"{draw.run(2)} after:{draw.chance.randint(2005, 2018)} before:2020-06"),
    }
    asked = [Asked(kind, cut()) for kind, (times, cut) in wanted.items() for _ in range(times)]
    draw.chance.shuffle(asked)
    return asked


class _Draw:
    def __init__(self, posts, number, chance):
        self.chance = chance
        self._posts, self._number = posts, number
        self._long = [post for post in posts if len(post.body.text) > 200]
        seen = Counter()
        for post in chance.sample(self._long, 2000):
            seen.update({one + other for run in _RUN.findall(fold(post.body.text)) for one, other in pairwise(run)})
        self._common = [word for word, _ in seen.most_common(20)]

    def rarest(self):
        """The number of one made post."""
        return f"{self.chance.randint(1, self._number):07}"

    def commonest(self):
        return self._common.pop()

    def run(self, length):
        """Characters side by side, as they are in some text."""
        run = self.match(re.compile(f"[\u4e00-\u9fff]{{{length},}}"))
        start = self.chance.randint(0, len(run) - length)
        return run[start : start + length]

    def title_run(self):
        while not (found := _RUN.findall(self.chance.choice(self._posts).front_matter.title)):
            continue
        return self.chance.choice(found)[:3]

    def match(self, pattern):
        while not (found := pattern.findall(self.chance.choice(self._long).body.text)):
            continue
        return self.chance.choice(found)

    def piece(self, length):
        """A piece of a text, over punctuation as it comes."""
        text = self.chance.choice(self._long).body.text
        start = self.chance.randrange(len(text) - length)
        return " ".join(text[start : start + length].replace('"', " ").split("\n")[0].split()) or self.run(length)

    def name(self):
        front_matter = self.chance.choice(self._posts).front_matter
        names = [("tag", name) for name in front_matter.tags[:1]] + [("author", front_matter.author)]
        return '{}:"{}"'.format(*self.chance.choice([pair for pair in names if pair[1]] or [("site", front_matter.source_host)]))
