"""The newest posts of a source, as every form of feed shows them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from starlette.requests import Request

from graphql_blog.db import tags as names
from graphql_blog.db.models import Post, PostTag, Tag, User
from graphql_blog.engine.rows import Row, fetch, fetch_tuples
from graphql_blog.feeds.sources import Source
from graphql_blog.rest import links
from graphql_blog.rest.requests import resources_of
from graphql_blog.services import content

NEWEST = 20
ENOUGH = 1_000_000
"""Characters of whole contents in one feed; from then on there are summaries alone."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was changed: the same each time, or it would never be a 304."""
POSTS = UUID("5a3c2c1e-0f0b-5a53-9d0e-7a2f6b1d8c44")

COLUMNS: tuple[Any, ...] = (
    Post.id,
    Post.author_id,
    Post.content_format,
    Post.published_at,
    Post.created_at,
    Post.updated_at,
    Post.title,
    Post.slug,
    Post.excerpt,
    Post.content,
    User.name.label("author_name"),
    User.website_url.label("author_url"),
)


@dataclass(frozen=True)
class Topic:
    """A tag of an entry."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One post."""

    id: str
    address: str
    title: str
    author_name: str
    author_url: str | None
    published: datetime
    updated: datetime
    summary: str
    html: str | None
    """None where the feed has grown large enough."""
    topics: Sequence[Topic]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What there is to read now."""

    title: str
    home: str
    address: str
    entries: Sequence[Entry]
    made_of: set[str]

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=NEVER)


async def feed_of(request: Request, source: Source) -> Feed:
    reader, title = resources_of(request).reader, resources_of(request).site.title
    rows = await fetch(reader, source.rows.with_only_columns(*COLUMNS).limit(NEWEST), "Post")
    return Feed(
        title=f"{title}: {source.about}" if source.about else title,
        home=links.home(request),
        address=links.here(request),
        entries=await _entries(request, rows),
        made_of={*source.made_of, *(names.of(User.id, row.author_id) for row in rows)},
    )


async def _entries(request: Request, rows: Sequence[Row]) -> list[Entry]:
    topics = await _topics(request, [row.id for row in rows])
    entries: list[Entry] = []
    room = ENOUGH
    for row in rows:
        whole = await content.rendered(row.content, row.content_format)
        own = await content.rendered(row.excerpt, row.content_format) if row.excerpt else whole
        room -= len(whole.html)
        entries.append(
            Entry(
                id=stable_id(row.id, row.created_at),
                address=links.post(request, row.id, row.slug),
                title=row.title,
                author_name=row.author_name,
                author_url=row.author_url,
                published=row.published_at,
                updated=max(row.updated_at, row.published_at),
                summary=own.excerpt(),
                html=whole.html if room >= 0 else None,
                topics=topics[row.id],
            )
        )
    return entries


async def _topics(request: Request, ids: Sequence[int]) -> defaultdict[int, list[Topic]]:
    topics: defaultdict[int, list[Topic]] = defaultdict(list)
    tagged = select(PostTag.post_id, Tag.slug, Tag.name).join(Tag, Tag.id == PostTag.tag_id)
    wanted = tagged.where(PostTag.post_id.in_(ids)).order_by(Tag.name, Tag.id)
    for post_id, slug, name in await fetch_tuples(resources_of(request).reader, wanted):
        topics[post_id].append(Topic(slug, name))
    return topics


def stable_id(id_: int, created_at: datetime) -> str:
    """The same whatever becomes of slug, title and host: readers see nothing twice.

    Other blogs have a post 1 too, but not of that microsecond.
    """
    return uuid5(POSTS, f"{id_} {created_at.astimezone(UTC).isoformat()}").urn
