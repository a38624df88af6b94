"""The whole archive as plain values, without ids and times of arrival: what must not depend on how files were imported."""

from django.db import connection

from articles.models import (
    ArchiveDay,
    ArchivedFile,
    Author,
    Category,
    FileAlias,
    NameYear,
    OldAddress,
    Permalink,
    Post,
    PostCategory,
    PostTag,
    Revision,
    SearchRow,
    Site,
    Tag,
)

_POST_FIELDS = [
    *("identity", "title", "published_at", "date_written", "day", "slug", "claimed_slug", "author__slug", "source_url"),
    *("normalized_url", "site__slug", "comments", "layout", "language", "other", "hidden", "body_html", "text", "excerpt"),
    *("lead_image", "video", "reading_seconds", "current__sha256", "waiting__sha256", "capture_count"),
]
_ROWS = [
    (Post, _POST_FIELDS),
    (PostTag, ["post__identity", "tag__slug", "position", "day", "published_at"]),
    (PostCategory, ["post__identity", "category__slug", "position", "day", "published_at"]),
    (Permalink, ["day", "slug", "claimed_slug", "post__identity"]),
    (Revision, ["post__identity", "kind", "sha256", "content", "title", "published_at", "path"]),
    (ArchivedFile, ["path", "path_key", "size", "modified_ns", "is_current", "day", "slug", "revision__sha256"]),
    (FileAlias, ["file__path", "day", "slug"]),
    (OldAddress, ["file__path", "key"]),
    (ArchiveDay, ["day", "post_count"]),
    (NameYear, ["kind", "year", "post_count"]),
    (SearchRow, ["post__identity", "day", "published_at", "text"]),
    *((model, ["slug", "name", "post_count"]) for model in (Author, Category, Site, Tag)),
]


def archive_state(*without: str) -> dict[str, list[str]]:
    """Every row of every table that an import fills, sorted. `without` names fields to leave out."""
    return {
        model.__name__: sorted(repr(row) for row in model.objects.values_list(*[name for name in fields if name not in without]))
        for model, fields in _ROWS
    }


def whole_state(*without):
    """The state of the archive with everything that an export has to keep beside the files."""
    revisions = Revision.objects.values_list(
        *("post__identity", "kind", "sha256", "arrived_at", "editor__username", "based_on__sha256", "path", "post__changed_at")
    )
    merged = Tag.objects.filter(merged_into__isnull=False).values_list("slug", "merged_into__slug")
    return {**archive_state(*without), "revisions": sorted(map(repr, revisions)), "merged": sorted(merged)}


def forget_everything():
    """Empty every table of the archive, and begin its ids anew."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names() if name.startswith("articles_")]
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
