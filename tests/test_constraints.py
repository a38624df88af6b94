"""The rules that the database itself holds, whoever writes to it."""

import pytest
from django.db import IntegrityError, connection, transaction

from articles.models import ArchivedFile, Author, Category, Permalink, Post, Revision, Site, Tag

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(tmp_path):
    write_post(tmp_path)
    write_post(tmp_path, "2023-09-12-second.md", source="https://news.example.com/second")
    run_import(tmp_path)
    return Post.objects.get(slug="second")


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("title", "", "post_has_a_title"),
        ("title", " \t ", "post_has_a_title"),
        ("slug", "", "post_slug_is_one_path_segment"),
        ("slug", "a/b", "post_slug_is_one_path_segment"),
        ("source_url", "javascript:alert(1)", "post_source_is_http"),
        ("source_url", "ftp://a.example/", "post_source_is_http"),
        ("normalized_url", "data:text/html,x", "post_normalized_is_http"),
        ("lead_image", "javascript:alert(1)", "post_image_is_http"),
        ("video", "https://a.example/", "post_video_is_known"),
        ("video", "youtube:a b", "post_video_is_known"),
    ],
)
def test_a_post_that_breaks_a_rule_is_refused(post, field, value, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        Post.objects.filter(pk=post.pk).update(**{field: value})


def test_two_posts_never_have_one_identity(post):
    other = Post.objects.exclude(pk=post.pk).get()
    with pytest.raises(IntegrityError, match="identity"):
        Post.objects.filter(pk=post.pk).update(identity=other.identity)


def test_two_posts_never_have_one_address(post):
    other = Post.objects.exclude(pk=post.pk).get()
    with pytest.raises(IntegrityError, match="post_address_is_unique"):
        Post.objects.filter(pk=post.pk).update(day=other.day, slug=other.slug)


def test_two_posts_may_trade_addresses(post):
    other = Post.objects.exclude(pk=post.pk).get()
    with transaction.atomic():
        for each, model in ((post, other), (other, post)):
            Post.objects.filter(pk=each.pk).update(day=model.day, slug=model.slug)
    post.refresh_from_db()
    assert post.slug == other.slug


def test_an_address_leads_to_one_post(post):
    link = post.permalinks.first()
    with pytest.raises(IntegrityError, match="permalink_is_unique"):
        Permalink.objects.create(post=Post.objects.exclude(pk=post.pk).get(), day=link.day, slug=link.slug, claimed_slug="x")


def test_the_same_bytes_are_one_capture(post):
    revision = post.revisions.get()
    revision.pk = None
    with pytest.raises(IntegrityError, match="capture_is_kept_once"):
        revision.save()


def test_a_path_has_one_current_file(post):
    file = ArchivedFile.objects.first()
    file.pk = None
    with pytest.raises(IntegrityError, match="path_has_one_current_file"):
        file.save()


@pytest.mark.parametrize("model", [Author, Category, Site, Tag])
def test_names_are_never_empty_nor_twice(post, model):
    with pytest.raises(IntegrityError, match="has_a_name"):
        model.objects.create(name="", slug="x")
    with pytest.raises(IntegrityError, match="has_a_slug"):
        model.objects.create(name="x", slug="")
    with pytest.raises(IntegrityError, match="slug"):
        model.objects.create(name="x", slug=model.objects.first().slug)


def test_a_name_with_posts_is_never_merged_away(post):
    tag = Tag.objects.filter(post_count__gt=0).first()
    with pytest.raises(IntegrityError, match="merged_has_no_posts"):
        Tag.objects.filter(pk=tag.pk).update(merged_into=Tag.objects.exclude(pk=tag.pk).first())


def test_a_name_that_posts_are_under_is_never_deleted_past_the_orm(post):
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_author")


def test_a_post_without_its_revision_is_never_left(post):
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=post.current_id)._raw_delete("default")


def test_every_foreign_key_is_found_by_an_index():
    """Without one, deleting a thousand rows at its other end reads the whole table a thousand times."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass || '.' || attname FROM pg_constraint"
            " JOIN pg_attribute column_ ON attrelid = conrelid AND attnum = conkey[1]"
            " WHERE contype = 'f' AND conrelid::regclass::text LIKE 'articles\\_%'"
            " AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = attnum)"
        )
        assert not cursor.fetchall()
