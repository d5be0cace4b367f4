"""The rules for tags."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.auth import Viewer
from graphql_blog.db.models import Tag
from graphql_blog.engine.keyset import orderings
from graphql_blog.services.slugs import slug_of

ORDERINGS = {"NAME": Tag.name, "POST_COUNT": Tag.post_count, "ID": Tag.id}
ordering = orderings("tags", ORDERINGS, Tag.id)


def visible_to(viewer: Viewer) -> Select[Tag]:
    """The tags this viewer may read: all of them."""
    return select(Tag)


def slug_of_tag(name: str) -> str:
    """C, C++ and C# are three tags, and so are two emoji."""
    spoken = name.replace("+", "plus").replace("#", "sharp")
    return slug_of(spoken, otherwise="tag-" + "-".join(f"{ord(letter):x}" for letter in name))


async def named(session: AsyncSession, names: Sequence[str]) -> list[Tag]:
    """The tags of these names, each once; those that are new are made."""
    wanted = {slug_of_tag(name): name.strip() for name in reversed(names)}
    found = await _by_slug(session, wanted)
    # In one order for all, or two who make the same tags would wait for each other.
    for slug in sorted(wanted.keys() - found.keys()):
        try:
            async with session.begin_nested():
                session.add(Tag(slug=slug, name=wanted[slug]))
        except IntegrityError:
            pass  # Somebody else made the same tag just now; it is read below.
    found = await _by_slug(session, wanted)
    return [found[slug] for slug in reversed(wanted)]


async def _by_slug(session: AsyncSession, slugs: Sequence[str] | dict[str, str]) -> dict[str, Tag]:
    found = await session.scalars(select(Tag).where(Tag.slug.in_(list(slugs))))
    return {tag.slug: tag for tag in found}
