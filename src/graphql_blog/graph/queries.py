"""The fields of the query: which rows, not how."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from sqlalchemy import Select

from graphql_blog.engine.asked import Asked
from graphql_blog.engine.fields import Directives, lookup, root_rows
from graphql_blog.engine.keyset import Slice
from graphql_blog.engine.rows import Row
from graphql_blog.graph import loaders
from graphql_blog.graph.aggregates import PostAggregate, PostsCounted
from graphql_blog.graph.connections import (
    BY_PAGE,
    After,
    Before,
    Connected,
    Connection,
    First,
    Offset,
    PageFirst,
    PageLast,
    connection_slice,
    plain_slice,
)
from graphql_blog.graph.context import Context
from graphql_blog.graph.directives import BY_FIRST, BY_IDS, cost
from graphql_blog.graph.filters import (
    BY_NAME,
    BY_USERNAME,
    NEWEST,
    PostFilter,
    PostFilterBy,
    PostOrderBy,
    TagOrderBy,
    UserFilter,
    UserFilterBy,
    UserOrderBy,
)
from graphql_blog.graph.ids import plain_id, split_node_id
from graphql_blog.graph.nouns import (
    COMMENT,
    POST,
    TAG,
    USER,
    Listed,
    Noun,
    filtered,
    notice_if_cut_by_default,
    wants_page,
)
from graphql_blog.graph.rate_limit import RateLimit, rate_limit
from graphql_blog.graph.types import Comment, Node, Post, Tag, User, Viewer
from graphql_blog.services import posts as post_rules
from graphql_blog.services import users as user_rules


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


Id = Annotated[strawberry.ID, _argument('The plain id (`"1"`) or the global one (`nodeId`).')]
NodeId = Annotated[strawberry.ID, _argument("The global id, as `nodeId` gives it.")]
NodeIds = Annotated[
    list[strawberry.ID], _argument("Global ids, as `nodeId` gives them; 100 at most.")
]
Slug = Annotated[str, _argument("A slug, present or past, or the path of an imported post.")]
TagSlug = Annotated[str, _argument("The slug of the tag.")]
Username = Annotated[str, _argument("The username, exactly.")]


def by_id(noun: Noun, description: str, *, directives: Directives) -> Any:
    """A field that finds one object by its id; several of them are one statement."""

    def key(id: Id) -> int | None:
        return plain_id(id, noun.name)

    return lookup(loaders.BY_ID[noun.name], key=key, description=description, directives=directives)


def by_username(username: Username) -> str:
    return username


def by_slug(slug: TagSlug) -> str:
    return slug


async def post_by_slug(asked: Asked, slug: Slug) -> Row | None:
    values = post_rules.slug_parameters(slug)
    found = await asked.context.read(_post_by_slug, asked.columns, graphql_type=POST.name, **values)
    return found[0] if found else None


def _post_by_slug(context: Context, names: tuple[str, ...]) -> Select[Any]:
    rows = post_rules.found_by_slug(context.viewer, context.now)
    return rows.with_only_columns(*POST.columns((*names, "id")))


async def posts(
    asked: Asked,
    first: First = 20,
    offset: Offset = 0,
    filter: PostFilterBy = None,
    order_by: PostOrderBy = NEWEST,
) -> list[Row]:
    slice_ = plain_slice((order_by or NEWEST).ordering(), first, offset)
    return await _list(asked, Listed(POST, _posts, filter), slice_)


async def posts_connection(
    asked: Asked,
    first: PageFirst = None,
    after: After = None,
    last: PageLast = None,
    before: Before = None,
    filter: PostFilterBy = None,
    order_by: PostOrderBy = NEWEST,
) -> Connected:
    slice_ = connection_slice((order_by or NEWEST).ordering(), first, after, last, before)
    return await _connection(asked, Listed(POST, _posts, filter), slice_)


def _posts(context: Context, filter: PostFilter | None) -> Select[Any]:
    return filtered(context, POST.readable(context), filter)


async def users(
    asked: Asked,
    first: First = 20,
    offset: Offset = 0,
    filter: UserFilterBy = None,
    order_by: UserOrderBy = BY_USERNAME,
) -> list[Row]:
    slice_ = plain_slice((order_by or BY_USERNAME).ordering(), first, offset)
    return await _list(asked, Listed(USER, _users, filter), slice_)


async def users_connection(
    asked: Asked,
    first: PageFirst = None,
    after: After = None,
    last: PageLast = None,
    before: Before = None,
    filter: UserFilterBy = None,
    order_by: UserOrderBy = BY_USERNAME,
) -> Connected:
    slice_ = connection_slice((order_by or BY_USERNAME).ordering(), first, after, last, before)
    return await _connection(asked, Listed(USER, _users, filter), slice_)


def _users(context: Context, filter: UserFilter | None) -> Select[Any]:
    viewer = context.viewer
    if filter is None:
        return user_rules.listed_to(viewer)
    # Whoever asks for a role gets it, guests too.
    shown = user_rules.visible_to if filter.role else user_rules.listed_to
    return shown(viewer).where(filter.condition(viewer, context.now))


async def tags(
    asked: Asked, first: First = 20, offset: Offset = 0, order_by: TagOrderBy = BY_NAME
) -> list[Row]:
    slice_ = plain_slice((order_by or BY_NAME).ordering(), first, offset)
    return await _list(asked, Listed(TAG, _tags), slice_)


async def tags_connection(
    asked: Asked,
    first: PageFirst = None,
    after: After = None,
    last: PageLast = None,
    before: Before = None,
    order_by: TagOrderBy = BY_NAME,
) -> Connected:
    slice_ = connection_slice((order_by or BY_NAME).ordering(), first, after, last, before)
    return await _connection(asked, Listed(TAG, _tags), slice_)


def _tags(context: Context, filter: None) -> Select[Any]:
    return TAG.readable(context)


async def _list(asked: Asked, listed: Listed, slice_: Slice) -> list[Row]:
    page = slice_.page(await listed.fetch(asked, (*asked.columns, "id"), slice_))
    if page.has_next:
        notice_if_cut_by_default(asked, slice_)
    return page.rows


async def _connection(asked: Asked, listed: Listed, slice_: Slice) -> Connected:
    found: list[Row] = []
    if wants_page(asked):
        found = await listed.fetch(asked, (*asked.columns, *slice_.ordering.keys), slice_)
    count = await listed.count(asked) if asked.asks_for("totalCount") else None
    return Connected(slice_.page(found), count)


async def node(asked: Asked, id: NodeId) -> Any:
    return await _by_node_id(asked, id)


async def nodes(asked: Asked, ids: NodeIds) -> Sequence[Any]:
    return await asyncio.gather(*[_by_node_id(asked, given) for given in ids])


async def _by_node_id(asked: Asked, given: str) -> Any:
    found = split_node_id(given)
    if found is None or found[0] not in loaders.BY_ID:
        return None
    noun, id_ = found
    return await asked.on(noun).load(loaders.BY_ID[noun], id_)


async def viewer(asked: Asked) -> Any:
    me = asked.context.viewer.id
    return None if me is None else await asked.load(loaders.viewers_by_id, me)


async def post_aggregate(asked: Asked, filter: PostFilterBy = None) -> PostsCounted:
    return PostsCounted(filter)


@strawberry.type(description="What can be read.")
class Query:
    post: Post | None = by_id(
        POST, "The post with this id. Null when absent or not visible to you.", directives=[cost(1)]
    )
    posts: list[Post] = root_rows(
        posts,
        description="Visible posts, newest first. 20 without arguments; more than 100 is an error,"
        " not a silent cut.",
        directives=[BY_FIRST],
    )
    user: User | None = by_id(
        USER, "The user with this id. Null when absent.", directives=[cost(1)]
    )
    posts_connection: Connection[Post] = root_rows(
        posts_connection, description="Visible posts, page by page.", directives=[BY_PAGE]
    )
    post_by_slug: Post | None = root_rows(
        post_by_slug,
        description="The post with this slug. Follows old slugs and imported addresses: compare"
        " the returned `slug` to know whether to redirect.",
        directives=[cost(1)],
    )
    post_aggregate: PostAggregate = root_rows(
        post_aggregate, description="Visible posts, counted.", directives=[cost(10)]
    )
    users: list[User] = root_rows(
        users, description="Accounts, by username.", directives=[BY_FIRST]
    )
    users_connection: Connection[User] = root_rows(
        users_connection, description="Accounts, page by page.", directives=[BY_PAGE]
    )
    user_by_username: User | None = lookup(
        loaders.users_by_username,
        key=by_username,
        description="The user with this username. Null when absent.",
        directives=[cost(1)],
    )
    comment: Comment | None = by_id(
        COMMENT,
        "The comment with this id. Null when absent or not visible to you.",
        directives=[cost(1)],
    )
    tag: Tag | None = by_id(TAG, "The tag with this id. Null when absent.", directives=[cost(1)])
    tag_by_slug: Tag | None = lookup(
        loaders.tags_by_slug,
        key=by_slug,
        description="The tag with this slug. Null when absent.",
        directives=[cost(1)],
    )
    tags: list[Tag] = root_rows(tags, description="Tags, by name.", directives=[BY_FIRST])
    tags_connection: Connection[Tag] = root_rows(
        tags_connection, description="Tags, page by page.", directives=[BY_PAGE]
    )
    node: Node | None = root_rows(
        node,
        description="Any object, by its global id. Null when absent or not visible to you.",
        directives=[cost(1)],
    )
    nodes: list[Node | None] = root_rows(
        nodes,
        description="In the order asked; null where absent or not visible. At most 100.",
        directives=[BY_IDS],
    )
    viewer: Viewer | None = root_rows(
        viewer, description="Who is asking. Null when anonymous.", directives=[cost(1)]
    )
    rate_limit: RateLimit = root_rows(
        rate_limit, description="What this very request costs and what is left."
    )
