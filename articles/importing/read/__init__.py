"""Read: find the files of posts, wherever they lie. It touches only the disk."""

from .contents import read_content
from .options import ReadError, ReadOptions, SourceError
from .sources import check, paths_from, walk

__all__ = ["ReadError", "ReadOptions", "SourceError", "check", "paths_from", "read_content", "walk"]
