"""Commenting on posts."""

from typing import Annotated

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.db.models import Comment as CommentTable
from graphql_blog.engine.fields import relation
from graphql_blog.graph import loaders
from graphql_blog.graph.context import Info
from graphql_blog.graph.directives import cost
from graphql_blog.graph.errors import ERRORS, UserError
from graphql_blog.graph.mutations.payloads import attempt, id_of
from graphql_blog.graph.types import Comment
from graphql_blog.services import comments, policy
from graphql_blog.services.policy import Action


@strawberry.type(description="What a change of a comment answers.")
class CommentPayload:
    comment_id: strawberry.Private[int | None] = None
    comment: Comment | None = relation(
        loaders.comments_by_id,
        key="comment_id",
        description="The comment as it is now; null on failure.",
    )
    errors: list[UserError] = strawberry.field(
        description="Why it failed; empty on success.", default_factory=list, directives=[ERRORS]
    )


@strawberry.input(description="A comment to be added.")
class AddCommentInput:
    post_id: strawberry.ID = strawberry.field(description="The post it stands under.")
    content: str = strawberry.field(description="Markdown, 10,000 characters at most.")
    parent_id: strawberry.ID | None = strawberry.field(
        description="The comment it answers.", default=strawberry.UNSET
    )


@strawberry.type
class CommentMutations:
    @strawberry.mutation(
        description="Comments on a published post, or answers a comment.", directives=[cost(10)]
    )
    async def add_comment(
        self,
        info: Info,
        input: Annotated[AddCommentInput, strawberry.argument(description="The comment.")],
    ) -> CommentPayload:
        viewer, now = info.context.viewer, info.context.now
        policy.require_role(viewer, Action.ADD_COMMENT)

        async def add(session: AsyncSession) -> CommentTable:
            post_id = id_of(input.post_id, "Post", field="postId")
            answered = input.parent_id or None
            parent_id = answered and id_of(answered, "Comment", field="parentId")
            given = {"content": input.content, "parent_id": parent_id}
            return await comments.add(session, viewer, post_id, given, now)

        comment, errors = await attempt(info.context, add)
        return CommentPayload(comment_id=comment.id if comment else None, errors=errors)
