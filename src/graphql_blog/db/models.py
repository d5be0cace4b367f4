"""Every table on one page. State changes that need no I/O are methods of the noun.

Reads select columns of these tables and never load whole objects, so every relation says
`lazy="raise"`: a hidden query is an error. Long text stands last in a row, so that SQLite finds the
short columns without walking over it.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    desc,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from graphql_blog.auth import Role
from graphql_blog.db.columns import (
    CommentStatus,
    ContentFormat,
    Instant,
    PostStatus,
    now_utc,
    one_of,
)
from graphql_blog.errors import WrongState

TITLE_LENGTH = 200
SLUG_LENGTH = 200


class Base(DeclarativeBase):
    """The parent of all tables: how constraints are named, and what `datetime` means."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Instant}


class User(Base):
    """An account; with role ANONYMOUS the name under a comment of somebody without one."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("length(username) BETWEEN 1 AND 50", name="username_length"),
        CheckConstraint("length(email) BETWEEN 3 AND 100", name="email_length"),
        CheckConstraint("age BETWEEN 18 AND 120", name="age_range"),
        CheckConstraint(
            "role IN ('ANONYMOUS', 'READER', 'AUTHOR', 'EDITOR', 'ADMIN')", name="role_known"
        ),
        Index("ix_users_created_at", "created_at", "id"),
        Index("ix_users_username", "username", "id"),
        Index("ix_users_post_count", "post_count", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50), unique=True)
    email: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=now_utc())
    role: Mapped[Role] = mapped_column(one_of(Role), server_default="READER")
    display_name: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(
        String(100), Computed("coalesce(display_name, username)", persisted=True)
    )
    password_hash: Mapped[str | None] = mapped_column(String(255))
    email_verified: Mapped[bool] = mapped_column(server_default=false())
    age: Mapped[int | None]
    website_url: Mapped[str | None] = mapped_column(String(500))
    post_count: Mapped[int] = mapped_column(server_default="0")
    """Published posts, kept by `services.posts`, for ordering alone: what is shown is counted."""
    source_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    """Where an imported account came from: the same source is never imported twice."""
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, server_default=text("'{}'"))
    bio: Mapped[str | None] = mapped_column(Text)


class Post(Base):
    """A post. Imported ones keep where they came from and the address they had there."""

    __tablename__ = "posts"
    __table_args__ = (
        CheckConstraint("status IN ('DRAFT', 'PUBLISHED', 'ARCHIVED')", name="status_stored"),
        CheckConstraint(
            "status != 'PUBLISHED' OR published_at IS NOT NULL", name="published_has_instant"
        ),
        CheckConstraint("content_format IN ('MARKDOWN', 'HTML')", name="content_format_known"),
        CheckConstraint("length(title) > 0", name="title_not_empty"),
        CheckConstraint("version > 0", name="version_positive"),
        # One index for each ordering; `visible_from` is in them to be seen without the row.
        Index("ix_posts_listed_at", "listed_at", "id", "visible_from"),
        Index("ix_posts_created_at", "created_at", "id", "visible_from"),
        Index("ix_posts_updated_at", "updated_at", "id", "visible_from"),
        Index("ix_posts_title", "title", "id", "visible_from"),
        Index("ix_posts_comment_count", "comment_count", "id", "visible_from"),
        Index("ix_posts_status", "status", "listed_at", "id"),
        # The newest posts of many authors at once: the direction spares the sort in each partition.
        Index(
            "ix_posts_author_id",
            "author_id",
            desc("listed_at"),
            desc("id"),
            "visible_from",
        ),
        Index("ix_posts_author_updated_at", "author_id", desc("updated_at"), desc("id")),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    status: Mapped[PostStatus] = mapped_column(one_of(PostStatus), server_default="DRAFT")
    content_format: Mapped[ContentFormat] = mapped_column(
        one_of(ContentFormat), server_default="MARKDOWN"
    )
    version: Mapped[int] = mapped_column(server_default="1")
    comment_count: Mapped[int] = mapped_column(server_default="0")
    """Visible ones, kept by `services.comments` for ordering alone: what is shown is counted."""
    no_index: Mapped[bool] = mapped_column(server_default=false())
    published_at: Mapped[datetime | None]
    """When it became or becomes visible: a PUBLISHED post at an instant to come is scheduled."""
    created_at: Mapped[datetime] = mapped_column(server_default=now_utc())
    updated_at: Mapped[datetime] = mapped_column(server_default=now_utc())
    listed_at: Mapped[datetime] = mapped_column(
        Instant, Computed("coalesce(published_at, created_at)", persisted=True)
    )
    """Where the post stands in a list by date. Never null, so a keyset page is one comparison."""
    visible_from: Mapped[datetime | None] = mapped_column(
        Instant, Computed("CASE WHEN status = 'PUBLISHED' THEN published_at END", persisted=True)
    )
    """From when on everybody may read it; null while nobody but its author and editors may."""
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    source_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    permalink: Mapped[str | None] = mapped_column(String(500), index=True)
    """The path of an imported post at its old address, so that old links can be followed."""
    meta_title: Mapped[str | None] = mapped_column(String(200))
    canonical_url: Mapped[str | None] = mapped_column(String(500))
    meta_description: Mapped[str | None] = mapped_column(Text)
    excerpt: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)

    author: Mapped[User] = relationship(lazy="raise")
    tags: Mapped[list["Tag"]] = relationship(
        secondary="post_tags", lazy="raise", passive_deletes=True
    )

    def status_at(self, now: datetime) -> PostStatus:
        return status_at(self.status, self.published_at, now)

    def publish(self, at: datetime, now: datetime) -> None:
        """Visible from `at` on. A scheduled post may be moved; a visible one stays as it is."""
        if self.status_at(now) is PostStatus.PUBLISHED:
            raise WrongState("This post is already published.")
        self.status = PostStatus.PUBLISHED
        self.published_at = at
        self.touch(now)

    def unpublish(self, now: datetime) -> None:
        """A draft again, seen by its author and editors alone."""
        if self.status is PostStatus.DRAFT:
            raise WrongState("This post is a draft already.")
        self.status = PostStatus.DRAFT
        self.published_at = None
        self.touch(now)

    def touch(self, now: datetime) -> None:
        self.version += 1
        self.updated_at = now


def status_at(stored: PostStatus, published_at: datetime | None, now: datetime) -> PostStatus:
    """The status to show: a published post is SCHEDULED until its instant has come."""
    if stored is PostStatus.PUBLISHED and published_at is not None and published_at > now:
        return PostStatus.SCHEDULED
    return stored


class PastSlug(Base):
    """A slug that a post had before, so that old addresses still find it."""

    __tablename__ = "slug_history"
    __table_args__ = (Index("ix_slug_history_post_id", "post_id", "replaced_at"),)

    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    replaced_at: Mapped[datetime] = mapped_column(server_default=now_utc())


class Tag(Base):
    """A word that posts share."""

    __tablename__ = "tags"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name_not_empty"),
        Index("ix_tags_name", "name", "id"),
        Index("ix_tags_post_count", "post_count", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_count: Mapped[int] = mapped_column(server_default="0")
    """Published posts, kept by `services.posts`, for ordering alone: what is shown is counted."""
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    description: Mapped[str | None] = mapped_column(Text)


class PostTag(Base):
    """Which post has which tag."""

    __tablename__ = "post_tags"
    __table_args__ = (Index("ix_post_tags_tag_id", "tag_id", desc("listed_at"), desc("post_id")),)

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True)
    listed_at: Mapped[datetime] = mapped_column(server_default=now_utc())
    """The post's `listed_at`, kept by `services.posts`, so that one index serves a tag's newest."""


class Comment(Base):
    """A comment on a post, or a reply to another comment on the same post."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("status IN ('VISIBLE', 'PENDING', 'SPAM', 'DELETED')", name="status_known"),
        CheckConstraint("length(content) > 0", name="content_not_empty"),
        Index("ix_comments_post_id", "post_id", "created_at", "id"),
        Index("ix_comments_post_order", "post_id", "id"),
        Index("ix_comments_author_id", "author_id", "created_at", "id"),
        Index("ix_comments_parent_id", "parent_id", "created_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    # No CASCADE: SQLite follows a thread of a thousand replies no further.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id", ondelete="SET NULL"))
    status: Mapped[CommentStatus] = mapped_column(one_of(CommentStatus), server_default="VISIBLE")
    created_at: Mapped[datetime] = mapped_column(server_default=now_utc())
    updated_at: Mapped[datetime] = mapped_column(server_default=now_utc())
    source_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    content: Mapped[str] = mapped_column(Text)
