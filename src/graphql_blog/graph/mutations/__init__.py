"""The fields of the mutation: inputs, payloads, and one service call each."""

import strawberry

from graphql_blog.graph.mutations.comments import CommentMutations
from graphql_blog.graph.mutations.posts import PostMutations
from graphql_blog.graph.mutations.users import UserMutations


@strawberry.type(description="What can be changed. Expected failures are data: look at `errors`.")
class Mutation(UserMutations, PostMutations, CommentMutations):
    pass
