"""The JSON that REST answers with, as types: what makes it is checked against them, and OpenAPI
is made of them.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

from graphql_blog.auth import Role
from graphql_blog.db.columns import ContentFormat, PostStatus

Id: TypeAlias = Annotated[int, Field(description="The same as in GraphQL.", ge=1)]
Address: TypeAlias = Annotated[str, Field(description="A path on this server.")]


class PostLinks(TypedDict):
    """Where what belongs to a post is."""

    self: Address
    author: Address


class Post(TypedDict):
    """A post, whole, and its author as an id."""

    id: Id
    title: str
    content: Annotated[str, Field(description="As it was written, in `contentFormat`.")]
    contentFormat: ContentFormat
    slug: str
    excerpt: Annotated[str, Field(description="The author's own, else the opening: plain text.")]
    status: PostStatus
    publishedAt: Annotated[
        datetime | None, Field(description="When it became or becomes visible; null for a draft.")
    ]
    createdAt: datetime
    updatedAt: datetime
    version: Annotated[int, Field(description="Counts changes; send it back to make yours.", ge=1)]
    authorId: Id
    links: PostLinks


class UserLinks(TypedDict):
    """Where what belongs to an account is."""

    self: Address
    posts: Address


class User(TypedDict):
    """The public face of an account."""

    id: Id
    username: str
    name: str
    bio: str | None
    websiteUrl: str | None
    role: Role
    createdAt: datetime
    links: UserLinks


class Member(TypedDict):
    """Who is logged in."""

    id: Id
    username: str


class Login(TypedDict):
    """A token to send as `Authorization: Bearer <token>`."""

    token: str
    tokenType: Literal["Bearer"]
    expiresAt: datetime
    user: Member


class ForMembers(TypedDict):
    """What only accounts get to read."""

    message: str
    user: Member


class Greeting(TypedDict):
    """Words for everybody."""

    message: str


class Problem(TypedDict):
    """Every refusal."""

    error: Annotated[str, Field(description="For people.")]
    code: Annotated[str, Field(description="For programs.")]
    details: Annotated[
        list[dict[str, Any]],
        Field(description="What exactly: each broken rule with its field, what is taken, …"),
    ]
    requestId: Annotated[str, Field(description="Names the request in the log of the server.")]
