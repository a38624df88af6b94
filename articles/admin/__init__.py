"""The editors' side: posts and what hangs on them, and the import's own records."""

from .names import AuthorAdmin, CategoryAdmin, SiteAdmin, TagAdmin
from .posts import PostAdmin
from .runs import ImportProblemAdmin, ImportRunAdmin

__all__ = [
    "AuthorAdmin",
    "CategoryAdmin",
    "ImportProblemAdmin",
    "ImportRunAdmin",
    "PostAdmin",
    "SiteAdmin",
    "TagAdmin",
]
