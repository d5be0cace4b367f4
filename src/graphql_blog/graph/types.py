"""All object types: the nouns of the blog, and where each of their fields comes from."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo
from strawberry.scalars import JSON

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, ContentFormat, PostStatus
from graphql_blog.db.models import status_at
from graphql_blog.engine.fields import batch_field, column, computed, part, relation
from graphql_blog.errors import BadRequest
from graphql_blog.graph import loaders
from graphql_blog.graph.connections import BY_PAGE, Connection
from graphql_blog.graph.context import Info
from graphql_blog.graph.directives import BY_FIRST, at_most, cost
from graphql_blog.graph.ids import node_id
from graphql_blog.services import content as contents
from graphql_blog.services import policy
from graphql_blog.services.policy import Action
from graphql_blog.services.validation import MAX_TAGS

MAX_EXCERPT = 1000


@strawberry.interface(
    description="Global object identification. `id` is unique within its type and equal to the REST"
    " id; `nodeId` is opaque and unique across all types."
)
class Node:
    id: strawberry.ID = column("id", description='The plain id, same as in REST: "1".')

    @computed("id", description="The opaque id, unique across all types; `node(id:)` takes it.")
    def node_id(self) -> strawberry.ID:
        return strawberry.ID(node_id(self.graphql_type, self.id))  # type: ignore

    @classmethod
    def is_type_of(cls, value: Any, info: GraphQLResolveInfo[Any]) -> bool:
        """Rows know the name of their type; there are no instances of these classes."""
        return bool(value.graphql_type == cls.__name__)


@strawberry.interface(description="Something that knows when it began and when it last changed.")
class Timestamped:
    created_at: datetime = column("created_at", description="When it was begun.")
    updated_at: datetime = column("updated_at", description="When it was last changed.")


@strawberry.type(description="What search engines are told about a post.")
class PostSeo:
    @computed("meta_title", "title", description="The title for search engines; else the title.")
    def meta_title(self) -> str:
        return self.meta_title or self.title  # type: ignore

    @computed(
        "meta_description",
        "excerpt",
        "content",
        "content_format",
        description="The description for search engines; else the excerpt.",
    )
    async def meta_description(self) -> str:
        return self.meta_description or await _excerpt_of(self, 160)

    canonical_url: str | None = column(
        "canonical_url", description="The address that counts, when it is not this blog's own."
    )
    no_index: bool = column("no_index", description="Whether search engines should pass it over.")


@strawberry.type(
    description="A blog post. `id`, `title`, `content` and `author` are where it began."
)
class Post(Node, Timestamped):
    title: str = column("title", description="The title, as plain text.")
    content: str = column(
        "content", description="The source exactly as written, in `contentFormat`."
    )
    content_format: ContentFormat = column(
        "content_format", description="The language that `content` is written in."
    )

    @computed(
        "content",
        "content_format",
        description="`content` rendered to HTML and sanitised (no scripts, no event handlers).",
        directives=[cost(2)],
    )
    async def content_html(self) -> str:
        return (await _rendered(self)).html

    @computed(
        "content", "content_format", description="`content` without markup.", directives=[cost(2)]
    )
    async def plain_text(self) -> str:
        return (await _rendered(self)).plain_text

    @computed(
        "excerpt",
        "content",
        "content_format",
        description="The author's own excerpt, else the first sentences of `plainText`; cut on a"
        " word.",
    )
    async def excerpt(
        self,
        max_length: Annotated[
            int | None, strawberry.argument(description="At most so many characters, up to 1,000.")
        ] = 160,
    ) -> str:
        return await _excerpt_of(self, 160 if max_length is None else max_length)

    @computed("content", "content_format", description="How many words `plainText` has.")
    async def word_count(self) -> int:
        return (await _rendered(self)).word_count

    @computed(
        "content", "content_format", description="How long reading takes, at 230 words a minute."
    )
    async def reading_time_minutes(self) -> int:
        return (await _rendered(self)).reading_time_minutes

    slug: str = column("slug", description="The part of an address that names this post.")
    previous_slugs: list[str] = batch_field(
        loaders.past_slugs_of_posts,
        description="Slugs this post had before, latest first, five at most; `postBySlug` still"
        " finds them.",
        directives=[at_most(loaders.MAX_PAST_SLUGS)],
    )
    permalink: str | None = column(
        "permalink",
        description="The path an imported post had at its old address; `postBySlug` finds it too.",
    )

    @computed("status", "published_at", description="Where the post stands now.")
    def status(self, info: Info) -> PostStatus:
        return status_at(self.status, self.published_at, info.context.now)

    published_at: datetime | None = column(
        "published_at",
        description="When it became (or becomes) visible. Null for a draft that is not scheduled.",
    )
    version: int = column(
        "version",
        description="Grows by one with every change; pass it back to `updatePost` to be told of a"
        " lost update.",
    )
    author: "User" = relation(
        loaders.users_by_id,
        key="author_id",
        description="Who wrote the post.",
        directives=[cost(1)],
    )
    tags: list["Tag"] = batch_field(
        loaders.tags_of_posts,
        description="Its tags, in the order of their names.",
        directives=[at_most(MAX_TAGS)],
    )

    @part(description="What search engines are told.")
    def seo(self) -> PostSeo:
        return self  # type: ignore[return-value]

    comments: list["Comment"] = batch_field(
        loaders.comments_of_posts,
        description="Its comments, oldest first, replies among them.",
        directives=[BY_FIRST],
    )
    comments_connection: Connection["Comment"] = batch_field(
        loaders.comments_of_posts_connection,
        description="Its comments, page by page.",
        directives=[BY_PAGE],
    )
    comment_count: int = batch_field(
        loaders.comment_counts_of_posts,
        description="How many comments on it you may see.",
        directives=[cost(1)],
    )

    related_posts: list["Post"] = batch_field(
        loaders.related_posts,
        description="Posts that share tags with this one; those that share the rarest come first.",
        directives=[BY_FIRST, cost(5)],
    )

    @computed("author_id", description="Whether you may change it.")
    def viewer_can_update(self, info: Info) -> bool:
        return policy.may(info.context.viewer, Action.UPDATE_POST, owner_id=self.author_id)  # type: ignore

    @computed("author_id", description="Whether you may delete it.")
    def viewer_can_delete(self, info: Info) -> bool:
        return policy.may(info.context.viewer, Action.DELETE_POST, owner_id=self.author_id)  # type: ignore

    @computed("id", description="The address of the same post in the REST API.")
    def rest_url(self) -> str:
        return f"/api/posts/{self.id}"


@strawberry.type(
    description="The public face of an account. There is no e-mail, password or setting here by"
    " design; see Viewer."
)
class User(Node):
    name: str = column("name", description="Display name; the username when none was given.")
    username: str = column("username", description="The name to log in with; unique.")
    bio: str | None = column("bio", description="A few words about themselves.")
    website_url: str | None = column("website_url", description="Their own site.")
    role: Role = column("role", description="What they may do.")
    created_at: datetime = column("created_at", description="When the account was made.")
    posts: list["Post"] = batch_field(
        loaders.posts_of_users,
        description="Posts of theirs that you may see, newest first.",
        directives=[BY_FIRST],
    )
    posts_connection: Connection["Post"] = batch_field(
        loaders.posts_of_users_connection,
        description="Their posts, page by page.",
        directives=[BY_PAGE],
    )
    post_count: int = batch_field(
        loaders.post_counts_of_users,
        description="How many posts of theirs you may see.",
        directives=[cost(1)],
    )
    comments_connection: Connection["Comment"] = batch_field(
        loaders.comments_of_users_connection,
        description="Comments of theirs that you may see, oldest first.",
        directives=[BY_PAGE],
    )

    @computed("id", description="The address of the same user in the REST API.")
    def rest_url(self) -> str:
        return f"/api/users/{self.id}"


@strawberry.type(description="A comment on a post, or a reply to another comment.")
class Comment(Node, Timestamped):
    content: str = column("content", description="The source exactly as written.")

    @computed("content", "source_id", description="`content` rendered to HTML and sanitised.")
    async def content_html(self) -> str:
        # Comments written here are Markdown; imported ones are HTML, as blogs store them.
        imported = self.source_id is not None  # type: ignore[attr-defined]
        language = ContentFormat.HTML if imported else ContentFormat.MARKDOWN
        return (await contents.rendered(self.content, language)).html

    status: CommentStatus = column("status", description="What moderation made of it.")
    author: "User" = relation(
        loaders.users_by_id,
        key="author_id",
        description="Who wrote it; a guest has no account.",
        directives=[cost(1)],
    )
    post: "Post" = relation(
        loaders.posts_by_id,
        key="post_id",
        description="The post it stands under.",
        directives=[cost(1)],
    )
    parent: "Comment | None" = relation(
        loaders.comments_by_id,
        key="parent_id",
        description="The comment it answers; null at the top, or when you may not see it.",
        directives=[cost(1)],
    )
    replies_connection: Connection["Comment"] = batch_field(
        loaders.replies_connection, description="Answers to it, oldest first.", directives=[BY_PAGE]
    )

    @computed("author_id", description="Whether you may change it.")
    def viewer_can_update(self, info: Info) -> bool:
        return policy.may(info.context.viewer, Action.UPDATE_COMMENT, owner_id=self.author_id)  # type: ignore

    @computed("author_id", description="Whether you may delete it.")
    def viewer_can_delete(self, info: Info) -> bool:
        return policy.may(info.context.viewer, Action.DELETE_COMMENT, owner_id=self.author_id)  # type: ignore


@strawberry.type(description="A word that posts share.")
class Tag(Node):
    slug: str = column("slug", description="The part of an address that names this tag.")
    name: str = column("name", description="How it is written.")
    description: str | None = column("description", description="What it is about.")
    post_count: int = batch_field(
        loaders.post_counts_of_tags,
        description="How many posts with it you may see.",
        directives=[cost(1)],
    )
    posts: list["Post"] = batch_field(
        loaders.posts_with_tags,
        description="Posts with it that you may see, newest first.",
        directives=[BY_FIRST],
    )
    posts_connection: Connection["Post"] = batch_field(
        loaders.posts_with_tags_connection,
        description="Posts with it, page by page.",
        directives=[BY_PAGE],
    )


@strawberry.type(description="Everything that only the account itself may see.")
class Viewer:
    user: "User" = relation(
        loaders.users_by_id, key="id", description="The public face of this account."
    )
    email: str = column("email", description="Where mail goes.")
    email_verified: bool = column(
        "email_verified", description="Whether that mail has been shown to arrive."
    )
    role: Role = column("role", description="What this account may do.")
    preferences: JSON = column("preferences", description="Settings of front ends, kept for them.")
    posts_connection: Connection["Post"] = batch_field(
        loaders.posts_of_viewers_connection,
        description="Own posts in every state.",
        directives=[BY_PAGE],
    )


async def _rendered(row: Any) -> contents.Rendered:
    return await contents.rendered(row.content, row.content_format)


async def _excerpt_of(row: Any, max_length: int) -> str:
    if not 1 <= max_length <= MAX_EXCERPT:
        raise BadRequest(f"`maxLength` must be between 1 and {MAX_EXCERPT}, not {max_length}.")
    if row.excerpt:
        own = await contents.rendered(row.excerpt, row.content_format)
        return own.excerpt(max_length)
    return (await _rendered(row)).excerpt(max_length)
