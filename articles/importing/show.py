"""Show a revision: write what was parsed from it into its post, with all that hangs on it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection
from psycopg.types.json import Jsonb

from ..kinds import AUTHORS, CATEGORIES, SITES, TAGS
from ..models import Post
from ..search.terms import name_key
from .copying import Columns, copy_rows
from .counters import count, uncount
from .names import NameIds
from .options import parse_options
from .parse import ParseError, parse_post
from .records import SourceFile

if TYPE_CHECKING:
    from .load import Capture

DERIVED_COLUMNS: Columns = {
    "current_id": "int8",
    "title": "text",
    "published_at": "timestamptz",
    "date_written": "text",
    "day": "date",
    "slug": "text",
    "claimed_slug": "text",
    "author_id": "int8",
    "source_url": "text",
    "normalized_url": "text",
    "site_id": "int8",
    "comments": "bool",
    "layout": "text",
    "language": "text",
    "other": "jsonb",
    "body_html": "text",
    "text": "text",
    "excerpt": "text",
    "lead_image": "text",
    "video": "text",
    "reading_seconds": "int4",
}
_NEW_POST_COLUMNS: Columns = {"id": "int8", "identity": "uuid", "hidden": "bool", "capture_count": "int4", **DERIVED_COLUMNS}


def insert_posts(shown: list["Capture"], names: NameIds):
    """Make the posts of these captures, one each."""
    copy_rows(
        "articles_post",
        _NEW_POST_COLUMNS,
        ((each.post_id, each.file.identity, each.file.front_matter.hidden, 1, *derived_values(each, names)) for each in shown),
    )
    _insert_links(shown, names)
    _insert_search_rows([each for each in shown if not each.file.front_matter.hidden], names)


def update_posts(shown: list["Capture"], names: NameIds):
    """Show these revisions in their posts, which exist."""
    if not shown:
        return
    post_ids = [each.post_id for each in shown]
    uncount(post_ids)
    _hide_as_files_say(shown)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE articles_post SET {', '.join(f'{column} = %s' for column in DERIVED_COLUMNS)} WHERE id = %s",
            [(*derived_values(each, names), each.post_id) for each in shown],
        )
        cursor.execute("DELETE FROM articles_posttag WHERE post_id = ANY(%s)", [post_ids])
        cursor.execute("DELETE FROM articles_postcategory WHERE post_id = ANY(%s)", [post_ids])
        cursor.execute("DELETE FROM articles_searchrow WHERE post_id = ANY(%s)", [post_ids])
    _insert_links(shown, names)
    published = set(Post.objects.published().filter(pk__in=post_ids).values_list("pk", flat=True))
    _insert_search_rows([each for each in shown if each.post_id in published], names)
    count(post_ids)


def _hide_as_files_say(shown):
    """Hide the posts whose files say that they aren't published, show the others, where no editor decided otherwise."""
    hidden = {each.post_id: each.file.front_matter.hidden for each in shown}
    followed = hidden_as_files_say(hidden)
    for is_hidden in (True, False):
        Post.objects.filter(pk__in=[pk for pk in followed if hidden[pk] == is_hidden]).update(hidden=is_hidden)


def hidden_as_files_say(post_ids: Iterable[int]) -> list[int]:
    """Those of these posts that are hidden, or not, as the files that they show say; of the others an editor decided."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT post.id, post.hidden, revision.path,"
            # Most files say nothing of it, and needn't be parsed.
            " CASE WHEN position('published'::bytea IN revision.content) > 0 THEN revision.content END"
            " FROM articles_post post JOIN articles_revision revision ON revision.id = post.current_id WHERE post.id = ANY(%s)",
            [list(post_ids)],
        )
        rows = cursor.fetchall()
    return [
        pk for pk, is_hidden, path, content in rows if is_hidden == (content is not None and _says_hidden(path, bytes(content)))
    ]


def _says_hidden(path, content):
    try:
        return parse_post(SourceFile(path, len(content), 0), content, parse_options())[0].hidden
    except ParseError:
        return None


def derived_values(shown: "Capture", names: NameIds) -> tuple:
    """What a post stores of the revision that it shows, in the order of DERIVED_COLUMNS."""
    front_matter, body = shown.file.front_matter, shown.file.body
    return (
        shown.id,
        front_matter.title,
        front_matter.published_at,
        front_matter.date_written,
        front_matter.day,
        front_matter.slug,
        front_matter.slug,
        names.author(front_matter.author),
        front_matter.source_url,
        front_matter.normalized_url,
        names.site(front_matter.source_host),
        front_matter.comments,
        front_matter.layout,
        shown.file.language,
        Jsonb(front_matter.other),
        body.html,
        body.text,
        body.excerpt,
        body.lead_image,
        body.video,
        body.reading_seconds,
    )


def _insert_links(shown, names):
    for table, key, ids_of in (
        ("articles_posttag", "tag_id", lambda front_matter: names.tags(front_matter.tags)),
        ("articles_postcategory", "category_id", lambda front_matter: names.categories(front_matter.categories)),
    ):
        copy_rows(
            table,
            {"post_id": "int8", key: "int8", "position": "int2", "day": "date", "published_at": "timestamptz"},
            (
                (each.post_id, name_id, position, front_matter.day, front_matter.published_at)
                for each in shown
                for front_matter in [each.file.front_matter]
                for position, name_id in enumerate(ids_of(front_matter))
            ),
        )


def _insert_search_rows(shown, names):
    copy_rows(
        "articles_searchrow",
        {"post_id": "int8", "day": "date", "published_at": "timestamptz", "names": "int4[]", "text": "text"},
        (
            (
                *(each.post_id, each.file.front_matter.day, each.file.front_matter.published_at),
                name_keys(each.file.front_matter, names),
                each.file.search_text,
            )
            for each in shown
        ),
    )


def name_keys(front_matter, names: NameIds) -> list[int]:
    """The keys under which a post's search row is found by its names."""
    found = [
        *((TAGS, pk) for pk in names.tags(front_matter.tags)),
        *((CATEGORIES, pk) for pk in names.categories(front_matter.categories)),
        (AUTHORS, names.author(front_matter.author)),
        (SITES, names.site(front_matter.source_host)),
    ]
    return [name_key(kind.number, pk) for kind, pk in found if pk]
