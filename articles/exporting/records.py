"""What leaves the archive, as plain values: posts with everything known of them, and every state byte for byte."""

from collections.abc import Iterator

from django.db.models import Prefetch

from ..importing.parse import body_of
from ..models import ArchivedFile, Permalink, Post, PostCategory, PostTag, Revision

_CHUNK = 200


def posts() -> Iterator[Post]:
    """Every post, hidden ones too, in the order of ids, with its names, addresses and revisions at hand."""
    revisions = Revision.objects.select_related("editor").prefetch_related(
        Prefetch("files", ArchivedFile.objects.order_by("path", "id"))
    )
    return (
        Post.objects.order_by("pk")
        .select_related("author", "site")
        .prefetch_related(
            Prefetch("post_tags", PostTag.objects.select_related("tag")),
            Prefetch("post_categories", PostCategory.objects.select_related("category")),
            Prefetch("permalinks", Permalink.objects.order_by("day", "slug")),
            Prefetch("revisions", revisions.order_by("pk")),
        )
        .iterator(_CHUNK)
    )


def as_values(post: Post) -> dict:
    """A post as JSON has it. Times are ISO 8601 in UTC."""
    current = next(each for each in post.revisions.all() if each.pk == post.current_id)
    return {
        "id": post.pk,
        "address": post.get_absolute_url(),
        "title": post.title,
        "published_at": post.published_at.isoformat(),
        "date_written": post.date_written,
        "author": post.author.name if post.author else None,
        "source_url": post.source_url or None,
        "site": post.site.name if post.site else None,
        "tags": [each.tag.name for each in post.post_tags.all()],
        "categories": [each.category.name for each in post.post_categories.all()],
        "comments": post.comments,
        "layout": post.layout,
        "language": post.language,
        "hidden": post.hidden,
        "other": post.other,
        "body": body_of(bytes(current.content)),
        "html": post.body_html,
        "text": post.text,
        "excerpt": post.excerpt,
        "lead_image": post.lead_image or None,
        "video": post.video or None,
        "addresses": [f"/{each.day}/{each.slug}/" for each in post.permalinks.all()],
    }


def revision_values(revision: Revision) -> dict:
    """A state of a post, but for its bytes."""
    return {
        "id": revision.pk,
        "kind": revision.kind,
        "sha256": bytes(revision.sha256).hex(),
        "title": revision.title,
        "arrived_at": revision.arrived_at.isoformat(),
        "editor": str(revision.editor) if revision.editor else None,
        "paths": [file.path for file in revision.files.all()],
    }
