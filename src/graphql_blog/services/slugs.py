"""Slugs: the part of an address that names a post or a tag."""

from collections.abc import Iterable, Iterator
from itertools import chain, count, islice

from slugify import slugify
from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.db.models import SLUG_LENGTH, PastSlug, Post

ROOM_FOR_NUMBER = 8
MAX_SLUG = SLUG_LENGTH - ROOM_FOR_NUMBER
BATCH = 50


def slug_of(text: str, *, otherwise: str = "untitled") -> str:
    """`text` as a slug, in its own script; `otherwise` when no letter or digit is left."""
    slug = slugify(text, allow_unicode=True, max_length=MAX_SLUG)
    return slug or otherwise


def numbered(name: str, taken: Iterable[str], *, separator: str = "-") -> str:
    """`name`, or the first of name-2, name-3, … that is not taken."""
    unavailable = set(taken)
    candidate, number = name, 2
    while candidate in unavailable:
        candidate, number = f"{name}{separator}{number}", number + 1
    return candidate


async def free_for_post(session: AsyncSession, slug: str, *, post_id: int | None = None) -> str:
    """`slug`, or the first of slug-2, slug-3, … that no other post has or had."""
    other = post_id or 0
    for candidates in _candidates(slug):
        now = select(Post.slug).where(Post.slug.in_(candidates), Post.id != other)
        past = select(PastSlug.slug).where(PastSlug.slug.in_(candidates), PastSlug.post_id != other)
        taken = set(await session.scalars(union_all(now, past)))
        if free := next((slug for slug in candidates if slug not in taken), None):
            return free
    raise AssertionError("unreachable: there are always more numbers")


def _candidates(slug: str) -> Iterator[list[str]]:
    """Batches of names to try: exact values, because the order of texts differs by collation."""
    names = chain([slug], (f"{slug}-{number}" for number in count(2)))
    while True:
        yield list(islice(names, BATCH))
