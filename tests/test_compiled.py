import pytest
from django.db import DatabaseError, connection, models

from articles.compiled import CompiledQuery, Parameter
from articles.models import Tag

pytestmark = pytest.mark.django_db(transaction=True)


def by_count():
    return (
        Tag.objects.filter(post_count__gte=Parameter("least", models.IntegerField()))
        .order_by("slug")
        .values_list("slug", named=True)
    )


@pytest.fixture
def tags():
    Tag.objects.bulk_create(Tag(name=name, slug=name, post_count=count) for name, count in [("a", 1), ("b", 2), ("c", 3)])


def test_a_query_is_asked_with_other_values_each_time(tags):
    query = CompiledQuery(by_count)
    assert [[row.slug for row in query.rows(least=least)] for least in (1, 3, 4)] == [["a", "b", "c"], ["c"], []]


def test_the_queryset_is_built_once(tags):
    built = []
    query = CompiledQuery(lambda: built.append(1) or by_count())
    query.rows(least=1), query.rows(least=2)
    assert built == [1]


def test_a_query_is_counted_as_any_other(tags, django_assert_num_queries):
    with django_assert_num_queries(1):
        CompiledQuery(by_count).rows(least=1)


def test_postgres_plans_it_once(tags):
    query = CompiledQuery(by_count)
    for _ in range(3):
        query.rows(least=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%%articles_tag%%'")
        assert cursor.fetchall() == [(3,)]


def test_a_lost_connection_is_made_again(tags):
    query = CompiledQuery(by_count)
    query.rows(least=1)
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert len(query.rows(least=1)) == 3
