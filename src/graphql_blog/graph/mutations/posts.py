"""Writing, changing, publishing and deleting posts."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.db.columns import ContentFormat, PostStatus
from graphql_blog.db.models import Post as PostTable
from graphql_blog.engine.fields import relation
from graphql_blog.graph import loaders
from graphql_blog.graph.context import Info
from graphql_blog.graph.directives import cost
from graphql_blog.graph.errors import ERRORS, UserError
from graphql_blog.graph.mutations.payloads import ByIdInput, DeletePayload, attempt, given, id_of
from graphql_blog.graph.types import Post
from graphql_blog.services import policy, posts
from graphql_blog.services.policy import Action


@strawberry.type(description="What a change of a post answers.")
class PostPayload:
    post_id: strawberry.Private[int | None] = None
    post: Post | None = relation(
        loaders.posts_by_id, key="post_id", description="The post as it is now; null on failure."
    )
    errors: list[UserError] = strawberry.field(
        description="Why it failed; empty on success.", default_factory=list, directives=[ERRORS]
    )


def _optional(description: str) -> Any:
    return strawberry.field(description=description, default=strawberry.UNSET)


@strawberry.input(description="What search engines are told; null clears a field.")
class PostSeoInput:
    meta_title: str | None = _optional("The title for search engines, 200 characters at most.")
    meta_description: str | None = _optional("The description for search engines.")
    canonical_url: str | None = _optional("The address that counts, when it is another one.")
    no_index: bool | None = _optional("Whether search engines should pass it over.")


@strawberry.input(description="A post to be written. Only `title` and `content` are required.")
class CreatePostInput:
    title: str = strawberry.field(description="1 to 200 characters.")
    content: str = strawberry.field(description="The source, in `contentFormat`.")
    content_format: ContentFormat = strawberry.field(
        description="The language of `content`.", default=ContentFormat.MARKDOWN
    )
    slug: str | None = _optional("Made from the title unless given.")
    excerpt: str | None = _optional("Made from the content unless given.")
    tags: list[str] | None = _optional("Names of tags, 10 at most; new ones are made.")
    status: PostStatus = strawberry.field(
        description="Published at once unless given: DRAFT, or SCHEDULED with a `publishAt`.",
        default=PostStatus.PUBLISHED,
    )
    publish_at: datetime | None = _optional("When it becomes visible; now unless given.")
    seo: PostSeoInput | None = _optional("What search engines are told.")


@strawberry.input(description="Changes to a post: what is absent stays, null clears.")
class UpdatePostInput:
    id: strawberry.ID = strawberry.field(description="The plain id or the global one.")
    version: int | None = _optional(
        "Refused with StaleVersionError when it is not the current one."
    )
    title: str | None = _optional("1 to 200 characters.")
    content: str | None = _optional("The source, in `contentFormat`.")
    content_format: ContentFormat | None = _optional("The language of `content`.")
    slug: str | None = _optional("The old one still leads here.")
    excerpt: str | None = _optional("Null: made from the content.")
    tags: list[str] | None = _optional("Names of all its tags, 10 at most; new ones are made.")
    seo: PostSeoInput | None = _optional("What search engines are told.")


@strawberry.input(description="A post to be published.")
class PublishPostInput:
    id: strawberry.ID = strawberry.field(description="The plain id or the global one.")
    at: datetime | None = _optional("Now when absent; in the future: scheduled.")


def _input(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type
class PostMutations:
    @strawberry.mutation(
        description="Writes a post; visible at once unless the input says other.",
        directives=[cost(10)],
    )
    async def create_post(
        self, info: Info, input: Annotated[CreatePostInput, _input("The post.")]
    ) -> PostPayload:
        viewer, now = info.context.viewer, info.context.now
        policy.require_role(viewer, Action.CREATE_POST)
        post, errors = await attempt(
            info.context, lambda session: posts.create(session, viewer, given(input), now)
        )
        return _payload(post, errors)

    @strawberry.mutation(description="Changes a post.", directives=[cost(10)])
    async def update_post(
        self, info: Info, input: Annotated[UpdatePostInput, _input("The changes.")]
    ) -> PostPayload:
        viewer, now = info.context.viewer, info.context.now
        policy.require_role(viewer, Action.UPDATE_POST)

        async def change(session: AsyncSession) -> PostTable:
            id_ = id_of(input.id, "Post")
            return await posts.change(session, viewer, id_, given(input), now)

        return _payload(*await attempt(info.context, change))

    @strawberry.mutation(
        description="Makes a post visible, now or at an instant to come.", directives=[cost(10)]
    )
    async def publish_post(
        self, info: Info, input: Annotated[PublishPostInput, _input("Which, and when.")]
    ) -> PostPayload:
        viewer, now = info.context.viewer, info.context.now
        policy.require_role(viewer, Action.PUBLISH_POST)

        async def publish(session: AsyncSession) -> PostTable:
            at = None if input.at is strawberry.UNSET else input.at
            return await posts.publish(session, viewer, id_of(input.id, "Post"), now, at)

        return _payload(*await attempt(info.context, publish))

    @strawberry.mutation(description="Makes a post a draft again.", directives=[cost(10)])
    async def unpublish_post(
        self, info: Info, input: Annotated[ByIdInput, _input("Which.")]
    ) -> PostPayload:
        viewer, now = info.context.viewer, info.context.now
        policy.require_role(viewer, Action.PUBLISH_POST)

        async def unpublish(session: AsyncSession) -> PostTable:
            return await posts.unpublish(session, viewer, id_of(input.id, "Post"), now)

        return _payload(*await attempt(info.context, unpublish))

    @strawberry.mutation(description="Deletes a post with its comments.", directives=[cost(10)])
    async def delete_post(
        self, info: Info, input: Annotated[ByIdInput, _input("Which.")]
    ) -> DeletePayload:
        viewer, now = info.context.viewer, info.context.now
        policy.require_role(viewer, Action.DELETE_POST)

        async def remove(session: AsyncSession) -> DeletePayload:
            id_ = id_of(input.id, "Post")
            await posts.remove(session, viewer, id_, now)
            return DeletePayload.of("Post", id_)

        done, errors = await attempt(info.context, remove)
        return done or DeletePayload(errors=errors)


def _payload(post: PostTable | None, errors: list[UserError]) -> PostPayload:
    return PostPayload(post_id=post.id if post else None, errors=errors)
