"""What is searched of a post: derived, and small enough to be read in thousands."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func

from .post import Post

SEARCH_KEYS = Func(
    F("text"),
    F("day"),
    F("names"),
    function="articles_search_keys",
    output_field=ArrayField(models.IntegerField()),
)


class SearchRow(models.Model):
    """A published post as the search finds it; a hidden one has no row. See articles.search.terms for `text` and `names`."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="search_row")
    day = models.DateField()
    published_at = models.DateTimeField()
    names = ArrayField(models.IntegerField(), help_text="Keys of its tags, categories, author and site.")
    text = models.TextField(help_text="Folded and packed: the title, the author, every tag, the text, a line each.")

    class Meta:
        # New rows go to the index's pending list, which a search reads too: ten times as fast as one by one.
        indexes = [GinIndex(SEARCH_KEYS, name="search_keys", fastupdate=True)]

    def __str__(self):
        return f"search row of post {self.post_id}"
