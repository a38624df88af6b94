"""The archive as JSON Lines: a post a line, with every state of it."""

import json
from base64 import b64encode
from pathlib import Path

from .records import as_values, posts, revision_values
from .snapshot import snapshot


@snapshot()
def export_jsonl(path: Path) -> int:
    """Write every post. A revision's bytes are in "content", as text where they are UTF-8, else in "content_base64"."""
    written = 0
    with open(path, "x", encoding="utf-8") as file:
        for post in posts():
            revisions = [{**revision_values(each), **_content(bytes(each.content))} for each in post.revisions.all()]
            file.write(json.dumps({**as_values(post), "revisions": revisions}, ensure_ascii=False) + "\n")
            written += 1
    return written


def _content(content):
    try:
        return {"content": content.decode()}
    except UnicodeDecodeError:
        return {"content_base64": b64encode(content).decode()}
