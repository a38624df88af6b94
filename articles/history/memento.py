"""What Memento (RFC 7089) has pages say of each other."""

from django.utils.encoding import iri_to_uri

LINK_FORMAT = "application/link-format"


def memento_links(address: str, source_url: str) -> list[str]:
    """Links (RFC 8288) to the original of a post, its TimeGate and its TimeMap. `address` is the whole one of the post.

    The original is the article at its source or, where none is known, the post itself.
    """
    return [
        f'<{iri_to_uri(source_url) or address}>; rel="original"',
        f'<{address}timegate/>; rel="timegate"',
        f'<{address}timemap/>; rel="timemap"; type="{LINK_FORMAT}"',
    ]


def link_header(address: str, source_url: str) -> str:
    return ", ".join(memento_links(address, source_url))
