"""Slugs: the part of an address that names a post or a tag."""

from collections.abc import Iterable

from slugify import slugify
from sqlalchemy import ColumnElement, and_, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.models import SLUG_LENGTH, PastSlug, Post, Tag

ROOM_FOR_NUMBER = 8


def slug_of(text: str, *, otherwise: str = "untitled") -> str:
    """`text` as a slug, in its own script; `otherwise` when no letter or digit is left."""
    slug = slugify(text, allow_unicode=True, max_length=SLUG_LENGTH - ROOM_FOR_NUMBER)
    return slug or otherwise


def numbered(name: str, taken: Iterable[str], *, separator: str = "-") -> str:
    """`name`, or the first of name-2, name-3, … that is not taken."""
    unavailable = set(taken)
    candidate, number = name, 2
    while candidate in unavailable:
        candidate, number = f"{name}{separator}{number}", number + 1
    return candidate


async def free_for_post(session: AsyncSession, slug: str, *, post_id: int | None = None) -> str:
    """A slug like `slug` that no other post has or had."""
    other = post_id or 0
    now = select(Post.slug).where(_starts(Post.slug, slug), Post.id != other)
    past = select(PastSlug.slug).where(_starts(PastSlug.slug, slug), PastSlug.post_id != other)
    return numbered(slug, await session.scalars(union_all(now, past)))


async def free_for_tag(session: AsyncSession, slug: str) -> str:
    """A slug like `slug` that no tag has."""
    return numbered(slug, await session.scalars(select(Tag.slug).where(_starts(Tag.slug, slug))))


def _starts(slugs: InstrumentedAttribute[str], slug: str) -> ColumnElement[bool]:
    # A range, unlike LIKE, is served by the index on both databases; ":" comes after the digits.
    return or_(slugs == slug, and_(slugs > f"{slug}-", slugs < f"{slug}-:"))
