from .archive_version import ArchiveVersion
from .import_run import ImportProblem, ImportRun
from .names import Author, Category, NameYear, Site, Tag
from .post import ArchiveDay, Permalink, Post, PostCategory, PostTag
from .revision import ArchivedFile, FileAlias, OldAddress, Revision
from .search_row import SearchRow

__all__ = [
    "ArchiveDay",
    "ArchiveVersion",
    "ArchivedFile",
    "Author",
    "Category",
    "FileAlias",
    "ImportProblem",
    "ImportRun",
    "NameYear",
    "OldAddress",
    "Permalink",
    "Post",
    "PostCategory",
    "PostTag",
    "Revision",
    "SearchRow",
    "Site",
    "Tag",
]
