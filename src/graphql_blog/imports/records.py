"""What every source is read as: a stream of people, tags, posts and remarks, in no table's terms.

A `source_id` names a thing in the place it came from, the same at every reading.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, ContentFormat, PostStatus


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote a post or a comment."""

    source_id: str
    username: str
    """Wished for; numbered when somebody else has it."""
    email: str | None = None
    name: str | None = None
    role: Role = Role.AUTHOR
    website_url: str | None = None
    bio: str | None = None
    line: int | None = None
    is_defined: bool = False
    """Only one that the source describes changes the name and text of an account we have."""


NOBODY = Person("imported#nobody", "imported")
"""Whom posts without an author are attributed to, of whatever source."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag or category. Only a defined one changes the name and description of one we have."""

    slug: str
    name: str
    description: str | None = None
    is_defined: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    source_id: str
    author: Person
    content: str
    status: CommentStatus
    created_at: datetime
    parent: str | None = None
    """The source id of the comment that this one answers; under the same post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    source_id: str
    label: str
    """How a notice names it."""
    line: int | None = None
    author: Person
    title: str
    slug: str
    content: str
    content_format: ContentFormat
    status: PostStatus
    published_at: datetime | None = None
    """None for a published post whose source does not say: then it is the time of the import."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    excerpt: str | None = None
    permalink: str | None = None
    tags: tuple[Tag, ...] = ()
    past_slugs: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Things that are not imported: they are counted. What is not by design is told as well."""

    kind: str
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for the reader of the report."""

    item: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.item}: {self.message}"


@dataclass(frozen=True, slots=True)
class Failure(Notice):
    """Something could not be read, and is lost: the import ends with an exit code that says so."""


Record: TypeAlias = Person | Tag | Post | Skipped | Notice
