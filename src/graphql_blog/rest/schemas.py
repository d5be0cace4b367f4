"""The JSON that REST answers with, as types: what makes it is checked against them, and OpenAPI
is made of them.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Required, TypeAlias, get_type_hints

from pydantic import Field
from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, ContentFormat, PostStatus
from graphql_blog.rest.objects.nouns import COMMENT, POST, TAG, USER, VIEWER, Noun
from graphql_blog.rest.objects.tables import TABLES

Id: TypeAlias = Annotated[int, Field(description="The same as in GraphQL.", ge=1)]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Address: TypeAlias = Annotated[str, Field(description="A path on this server.")]


class PostLinks(TypedDict):
    """Where what belongs to a post is."""

    self: Address
    author: Address
    comments: Address
    tags: Address
    related: Address


class Seo(TypedDict, total=False):
    """What search engines are told."""

    metaTitle: str
    metaDescription: str
    canonicalUrl: str | None
    noIndex: bool


class SomeOfPost(TypedDict, total=False):
    """What is asked for of a post."""

    id: Required[Id]
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
    contentHtml: Annotated[str, Field(description="Rendered and sanitised.")]
    plainText: Annotated[str, Field(description="`content` without markup.")]
    wordCount: Count
    readingTimeMinutes: Annotated[int, Field(description="At 230 words a minute.", ge=1)]
    previousSlugs: Annotated[list[str], Field(description="Latest first, five at most.")]
    permalink: Annotated[str | None, Field(description="Where an imported post was.")]
    commentCount: Count
    viewerCanUpdate: bool
    viewerCanDelete: bool
    seo: Seo
    author: "SomeOfUser"
    tags: list["SomeOfTag"]
    comments: list["SomeOfComment"]
    relatedPosts: list["SomeOfPost"]


class UserLinks(TypedDict):
    """Where what belongs to an account is."""

    self: Address
    posts: Address
    comments: Address


class SomeOfUser(TypedDict, total=False):
    """What is asked for of an account."""

    id: Required[Id]
    username: str
    name: str
    bio: str | None
    websiteUrl: str | None
    role: Role
    createdAt: datetime
    links: UserLinks
    postCount: Count
    posts: list["SomeOfPost"]
    comments: list["SomeOfComment"]


class CommentLinks(TypedDict):
    """Where what belongs to a comment is."""

    self: Address
    author: Address
    post: Address
    replies: Address


class SomeOfComment(TypedDict, total=False):
    """What is asked for of a comment."""

    id: Required[Id]
    content: Annotated[str, Field(description="As it was written.")]
    status: CommentStatus
    createdAt: datetime
    updatedAt: datetime
    postId: Id
    authorId: Id
    parentId: Annotated[
        int | None,
        Field(description="What it answers; null at the top, or when you may not see it."),
    ]
    links: CommentLinks
    contentHtml: Annotated[str, Field(description="Rendered and sanitised.")]
    viewerCanUpdate: bool
    viewerCanDelete: bool
    author: "SomeOfUser"
    post: "SomeOfPost"
    parent: "SomeOfComment | None"
    replies: list["SomeOfComment"]


class TagLinks(TypedDict):
    """Where what belongs to a tag is."""

    self: Address
    posts: Address


class SomeOfTag(TypedDict, total=False):
    """What is asked for of a tag."""

    id: Required[Id]
    slug: str
    name: str
    description: str | None
    links: TagLinks
    postCount: Count
    posts: list["SomeOfPost"]


class ViewerLinks(TypedDict):
    """Where what belongs to who is logged in is."""

    self: Address
    user: Address
    posts: Address


class SomeOfViewer(TypedDict, total=False):
    """What is asked for of who is logged in."""

    id: Required[Id]
    username: str
    name: str
    email: str
    emailVerified: bool
    role: Role
    preferences: Annotated[dict[str, Any], Field(description="Settings of front ends.")]
    links: ViewerLinks
    user: "SomeOfUser"
    posts: list["SomeOfPost"]


def _whole(noun: Noun, some: Any, words: str) -> Any:
    """The type of objects that have all that is there when nobody says what is wanted."""
    kinds = get_type_hints(some, include_extras=True)
    made = TypedDict(noun.name, {name: kinds[name] for name in TABLES[noun].whole})  # type: ignore[misc]
    made.__doc__ = words
    return made


Post = _whole(POST, SomeOfPost, "A post, whole, and its author as an id.")
User = _whole(USER, SomeOfUser, "The public face of an account.")
Comment = _whole(
    COMMENT,
    SomeOfComment,
    "A comment, whole; who wrote it, where and in answer to what as ids.",
)
Tag = _whole(TAG, SomeOfTag, "A word that posts share.")
Viewer = _whole(VIEWER, SomeOfViewer, "What only the account itself may see.")

PostRead: Any = Post | SomeOfPost
UserRead: Any = User | SomeOfUser
CommentRead: Any = Comment | SomeOfComment
TagRead: Any = Tag | SomeOfTag
ViewerRead: Any = Viewer | SomeOfViewer


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
