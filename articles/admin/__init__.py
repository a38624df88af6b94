"""The editors' side: posts and what hangs on them, and the import's own records."""

from .names import NameAdmin, SiteAdmin
from .posts import PostAdmin
from .runs import ImportProblemAdmin, ImportRunAdmin

__all__ = ["ImportProblemAdmin", "ImportRunAdmin", "NameAdmin", "PostAdmin", "SiteAdmin"]
