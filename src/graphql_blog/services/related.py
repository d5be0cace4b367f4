"""Which posts are related: those that share tags, and the rarest tags count most."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, Integer, Select, Subquery, and_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from graphql_blog.auth import Viewer
from graphql_blog.db.models import Post, PostTag, Tag
from graphql_blog.engine.rows import one_of_keys
from graphql_blog.engine.statements import constant
from graphql_blog.services import posts

NEWEST_OF_A_TAG = 100
"""So many posts of each tag are compared, however many have it."""


def of_posts(
    viewer: Viewer,
    now: datetime,
    dialect: Dialect,
    columns: Sequence[InstrumentedAttribute[Any]],
) -> Select[Any]:
    """The first `limit` for each post in `keys`, which is their `parent_key`."""
    own, newest = aliased(PostTag), _newest_of_their_tags(dialect)
    # Whole numbers: their sum does not depend on the order of summing.
    closeness = func.sum(constant(1_000_000) // (Tag.post_count + constant(1)))
    number = func.row_number().over(
        partition_by=own.post_id,
        order_by=[closeness.desc(), Post.listed_at.desc(), Post.id.desc()],
    )
    numbered = (
        posts.visible_to(viewer, now)
        .join(newest, newest.c.post_id == Post.id)
        .join(own, and_(own.tag_id == newest.c.tag_id, own.post_id != Post.id))
        .join(Tag, Tag.id == own.tag_id)
        .where(
            one_of_keys(dialect, own.post_id),
            newest.c.number <= constant(NEWEST_OF_A_TAG),
        )
        .group_by(own.post_id, Post.id, Post.listed_at)
        .with_only_columns(Post.id, own.post_id.label("parent_key"), number.label("number"))
        .subquery()
    )
    return (
        select(*columns, numbered.c.parent_key)
        .join(numbered, numbered.c.id == Post.id)
        .where(numbered.c.number <= bindparam("limit", type_=Integer()))
        .order_by(numbered.c.number)
    )


def _newest_of_their_tags(dialect: Dialect) -> Subquery:
    """The posts with any tag of these, numbered from the newest on, for each tag."""
    own = aliased(PostTag)
    tags_ = select(own.tag_id).where(one_of_keys(dialect, own.post_id))
    number = func.row_number().over(
        partition_by=PostTag.tag_id, order_by=[PostTag.listed_at.desc(), PostTag.post_id.desc()]
    )
    links = select(PostTag.tag_id, PostTag.post_id, number.label("number"))
    return links.where(PostTag.tag_id.in_(tags_)).subquery()
