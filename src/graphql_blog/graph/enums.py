"""The enums of the API, with a sentence for each value."""

from enum import Enum, StrEnum
from typing import TypeVar

import strawberry

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, ContentFormat, PostStatus

E = TypeVar("E", bound=type[Enum])


def described(enum: E, description: str, **sentences: str) -> E:
    """Makes a Python enum a GraphQL enum; every value must have its sentence."""
    made = strawberry.enum(enum, description=description)
    for value in made.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = sentences[value.name]
    return enum


described(
    PostStatus,
    "Where a post is between being written and being put away.",
    DRAFT="Being written; seen by its author and editors alone.",
    SCHEDULED="Becomes visible by itself when its `publishedAt` comes.",
    PUBLISHED="Visible to everybody.",
    ARCHIVED="Put away; seen by its author and editors alone.",
)
described(
    ContentFormat,
    "The language that a post is written in.",
    MARKDOWN="CommonMark with tables, footnotes and fenced code.",
    HTML="HTML, as imported blogs have it.",
)
described(
    CommentStatus,
    "What moderation made of a comment.",
    VISIBLE="Seen by everybody who sees the post.",
    PENDING="Waits for an editor; seen by its author and editors.",
    SPAM="Unwanted; seen by editors alone.",
    DELETED="Taken back; seen by editors alone.",
)
described(
    Role,
    "What an account may do; each role may do all that the ones before it may.",
    ANONYMOUS="Somebody without an account, such as the guest who signed a comment.",
    READER="May comment.",
    AUTHOR="May write, change and publish posts of their own.",
    EDITOR="May change and publish everybody's posts, and moderate comments.",
    ADMIN="May do everything.",
)


class OrderDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


class PostOrderField(StrEnum):
    PUBLISHED_AT = "PUBLISHED_AT"
    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    TITLE = "TITLE"
    COMMENT_COUNT = "COMMENT_COUNT"
    ID = "ID"


class CommentOrderField(StrEnum):
    CREATED_AT = "CREATED_AT"
    ID = "ID"


class UserOrderField(StrEnum):
    USERNAME = "USERNAME"
    CREATED_AT = "CREATED_AT"
    POST_COUNT = "POST_COUNT"
    ID = "ID"


class TagOrderField(StrEnum):
    NAME = "NAME"
    POST_COUNT = "POST_COUNT"
    ID = "ID"


class UserErrorCode(StrEnum):
    INVALID = "INVALID"
    REQUIRED = "REQUIRED"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    TAKEN = "TAKEN"
    NOT_FOUND = "NOT_FOUND"
    NOT_ALLOWED = "NOT_ALLOWED"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    LOCKED_OUT = "LOCKED_OUT"
    STALE_VERSION = "STALE_VERSION"
    INVALID_STATE = "INVALID_STATE"


described(
    OrderDirection,
    "Which end comes first.",
    ASC="Smallest, oldest or first in the alphabet first.",
    DESC="Largest, newest or last in the alphabet first.",
)
described(
    PostOrderField,
    "What posts can be ordered by. Ties are broken by id, so pages never overlap.",
    PUBLISHED_AT="When it became or becomes visible; for a draft, when it was begun.",
    CREATED_AT="When it was begun.",
    UPDATED_AT="When it was last changed.",
    TITLE="The title, by code point.",
    COMMENT_COUNT="How many visible comments it has.",
    ID="The id.",
)
described(
    CommentOrderField,
    "What comments can be ordered by. Ties are broken by id, so pages never overlap.",
    CREATED_AT="When it was written.",
    ID="The id.",
)
described(
    UserOrderField,
    "What users can be ordered by. Ties are broken by id, so pages never overlap.",
    USERNAME="The username, by code point.",
    CREATED_AT="When the account was made.",
    POST_COUNT="How many published posts it had when it was last counted: with its last change.",
    ID="The id.",
)
described(
    TagOrderField,
    "What tags can be ordered by. Ties are broken by id, so pages never overlap.",
    NAME="The name, by code point.",
    POST_COUNT="How many published posts had it when they were last counted.",
    ID="The id.",
)
described(
    UserErrorCode,
    "Why a mutation was refused; stable, for programs.",
    INVALID="The value breaks a rule.",
    REQUIRED="The value is missing or blank.",
    TOO_SHORT="The value is shorter than `limit`.",
    TOO_LONG="The value is longer than `limit`.",
    TAKEN="Somebody else has this value already.",
    NOT_FOUND="There is no such object, or none that you may see.",
    NOT_ALLOWED="You may see it, but not do this to it.",
    INVALID_CREDENTIALS="The name or the password is wrong.",
    LOCKED_OUT="There were too many wrong passwords: see `retryAfterSeconds`.",
    STALE_VERSION="It was changed since you read it.",
    INVALID_STATE="It cannot do that from the state it is in.",
)
