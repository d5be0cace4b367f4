"""For how long an answer may be used without asking again, and by whom.

Browsers cannot be told that something changed, so they may keep answers for seconds only. A CDN
that is told may keep them for as long as this server itself would.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql_blog.http_cache.surrogate_keys import TagHeader, names_of

PRIVATE = "private, no-cache"
"""For whoever asked alone, who has to ask each time whether it is still that."""
ASK = "no-cache"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an answer is made of that is the same for all strangers."""

    tags: frozenset[str]
    seconds: float
    """For how long it is right, unless one of these changes."""


@dataclass(frozen=True, kw_only=True)
class Lifetimes:
    """What is said to caches on the way."""

    max_age: int
    is_purged: bool = False
    """Whether shared caches are told of changes."""
    tag_header: TagHeader = TagHeader.SURROGATE_KEY

    def headers(self, subject: Subject | None) -> Mapping[str, str]:
        """What goes with an answer; with `None` it is for its reader alone."""
        if subject is None:
            return {"Cache-Control": PRIVATE}
        control = self.cache_control(max(0, int(subject.seconds)))
        if control == ASK:
            return {"Cache-Control": ASK}
        names = self.tag_header.joined(names_of(subject.tags))
        return {"Cache-Control": control, self.tag_header.value: names}

    def cache_control(self, seconds: int) -> str:
        """For an answer that time alone may change after so many seconds."""
        own = min(self.max_age, seconds)
        # While this goes on a cache may give what it has, and ask for the next one meanwhile.
        stale = min(own, seconds - own)
        words = ["public", f"max-age={own}"]
        if self.is_purged:
            words.append(f"s-maxage={seconds - stale}")
        if stale:
            words.append(f"stale-while-revalidate={stale}")
        return ", ".join(words) if max(own, self.is_purged and seconds) > 0 else ASK
