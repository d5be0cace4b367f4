"""A post of the source beside its row: the one it has, or the one it gets."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from graphql_blog.db.columns import PostStatus
from graphql_blog.imports.records import Post

COMPARED = (
    "author_id",
    "status",
    "content_format",
    "published_at",
    "title",
    "permalink",
    "excerpt",
    "content",
)


@dataclass(slots=True)
class Place:
    post: Post
    row: Row[Any] | None
    author_id: int
    now: datetime
    id: int = 0
    slug: str = ""
    tags: dict[int, datetime] = field(default_factory=dict)
    """Its tags by id, and where it stands among the posts of each."""
    stored_tags: dict[int, datetime] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.row is None

    @property
    def was_changed_here(self) -> bool:
        """Since it came in: an import leaves no instant later than its source knows."""
        said = self._last_change
        if self.row is None or said is None:
            return False
        return bool(self.row.version > 1 and self.row.updated_at > said)

    @property
    def differs(self) -> bool:
        """From its row."""
        assert self.row is not None
        said = self.post.updated_at
        values = self.values
        return (
            self.tags.keys() != self.stored_tags.keys()
            or self.slug != self.row.slug
            or (said is not None and min(said, self.now) > self.row.updated_at)
            or any(getattr(self.row, name) != values[name] for name in COMPARED)
        )

    @property
    def values(self) -> dict[str, Any]:
        """The columns that the source decides, and that a second run compares."""
        post = self.post
        return {
            "author_id": self.author_id,
            "status": post.status,
            "content_format": post.content_format,
            "published_at": self.published_at,
            "title": post.title,
            "permalink": post.permalink,
            "excerpt": post.excerpt,
            "content": post.content,
        }

    @property
    def published_at(self) -> datetime | None:
        """A published post whose source gives no date keeps the instant of its import."""
        if self.post.status is not PostStatus.PUBLISHED or self.post.published_at is not None:
            return self.post.published_at
        return (self.row and self.row.published_at) or self.now

    @property
    def created_at(self) -> datetime:
        if self.row is not None:
            stored: datetime = self.row.created_at
            return stored
        return min(self.post.created_at or self.now, self.now)

    @property
    def updated_at(self) -> datetime:
        return min(self._last_change or self.now, self.now)

    @property
    def listed_at(self) -> datetime:
        return self.published_at or self.created_at

    @property
    def _last_change(self) -> datetime | None:
        return self.post.updated_at or self.post.published_at or self.post.created_at
