"""The names of an answer in `Surrogate-Key` or `Cache-Tag`, by which a CDN throws it away.

    blog        every answer has it: everything changed
    Post        all that has to do with posts: so much changed that nobody says which
    Post:1      one object; also a list, or what belongs to something
    Post:any    stands for too many of those: any of them changed

So what a change of `Post:1` purges is `Post:1` and `Post:any`.
"""

from collections import defaultdict
from collections.abc import Iterable, Set
from enum import StrEnum

EVERYTHING = "*"
BLOG = "blog"
MAX_BYTES = 2_500
"""nginx takes no more than 4,096 bytes of headers from a server, unless it is told to."""


class TagHeader(StrEnum):
    """Which header carries the names: Fastly's, which does for Varnish too, or Cloudflare's."""

    SURROGATE_KEY = "Surrogate-Key"
    CACHE_TAG = "Cache-Tag"

    def joined(self, names: Iterable[str]) -> str:
        return (" " if self is TagHeader.SURROGATE_KEY else ",").join(names)


def names_of(tags: Set[str], max_bytes: int = MAX_BYTES) -> list[str]:
    """The names of an answer that is made of these; fewer when it is made of very much."""
    by_kind: defaultdict[str, set[str]] = defaultdict(set)
    for tag in tags:
        if ":" in tag:
            by_kind[kind_of(tag)].add(tag)
    names = {BLOG, *tags, *map(kind_of, tags)}
    for kind in sorted(by_kind, key=lambda kind: _bytes(by_kind[kind]), reverse=True):
        if _bytes(names) <= max_bytes:
            break
        names = names - by_kind[kind] | {any_of(kind)}
    return sorted(names)


def purged_by(tags: Iterable[str]) -> set[str]:
    """The names to purge when these have changed."""
    names: set[str] = set()
    for tag in tags:
        if tag == EVERYTHING:
            return {BLOG}
        names.add(tag)
        if ":" in tag:
            names.add(any_of(kind_of(tag)))
    return names


def kind_of(name: str) -> str:
    return name.partition(":")[0]


def any_of(kind: str) -> str:
    return f"{kind}:any"


def _bytes(names: Iterable[str]) -> int:
    return sum(len(name) + 1 for name in names)
