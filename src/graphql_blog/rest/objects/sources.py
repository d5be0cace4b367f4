"""The statements behind answers: an object, a page of a list, what belongs to many parents.

Each reads the columns that the request asks for, of rows that the viewer may read, and no others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.models import PastSlug, Post, PostTag, Tag
from graphql_blog.engine.keyset import Bounds, Ordering, Slice
from graphql_blog.engine.rows import (
    Row,
    grouped,
    one_of_keys,
    page_of_each_parent,
    pages_by_parent,
)
from graphql_blog.rest.objects.nouns import COMMENT, POST, TAG, USER, Noun
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.services import posts, related, users
from graphql_blog.services.validation import MAX_TAGS

Column: TypeAlias = InstrumentedAttribute[Any]
Names: TypeAlias = frozenset[str]
Conditions: TypeAlias = tuple[ColumnElement[bool], ...]
MAX_PAST_SLUGS = 5
OWNER = bindparam("owner", type_=Integer())
"""Whose list it is."""


@dataclass(frozen=True, eq=False)
class Listed:
    """A list: of which noun, and which of its rows; of one parent, or of many at once.

    Each is a constant of a module: statements are kept by it.
    """

    noun: Noun
    rows: Callable[[Reading], Select[Any]]
    parent: Column | None = None
    """Where its rows say whose they are."""
    parents: Column | None = None
    """The id of the parents, where their rows are looked at too, and no others of their table."""
    ordered: Callable[[Ordering], Ordering] = lambda ordering: ordering

    @property
    def by(self) -> tuple[Column, ...]:
        return tuple(column for column in (self.parent, self.parents) if column is not None)


def _tagged(reading: Reading) -> Select[Any]:
    return POST.readable(reading).join(PostTag, PostTag.post_id == Post.id)


def _by_links(ordering: Ordering) -> Ordering:
    """By date a tag's own index has the order; a cursor is that of any list by date."""
    if ordering.column is not Post.listed_at:
        return ordering
    return Ordering(ordering.name, PostTag.listed_at, PostTag.post_id, ordering.descending)


POSTS = Listed(POST, POST.readable)
TAGS = Listed(TAG, TAG.readable)
ACCOUNTS = Listed(USER, lambda reading: users.listed_to(reading.viewer))
USERS = Listed(USER, USER.readable)
POSTS_OF_USERS = Listed(POST, POST.readable, Post.author_id)
POSTS_WITH_TAGS = Listed(POST, _tagged, PostTag.tag_id, ordered=_by_links)
COMMENTS_OF_POSTS = Listed(COMMENT, COMMENT.readable, COMMENT.model.post_id, Post.id)
COMMENTS_OF_USERS = Listed(COMMENT, COMMENT.readable, COMMENT.model.author_id)
REPLIES = Listed(COMMENT, COMMENT.readable, COMMENT.model.parent_id)


# ---------------------------------------------------------------- objects by a key


async def by_key(
    reading: Reading, noun: Noun, key: Column, keys: list[Any], names: Names
) -> dict[Any, Row]:
    """The objects that have one of the keys, by their key."""
    if not keys:
        return {}
    names |= {key.key}
    found = await reading.read(
        _with_keys,
        noun,
        key,
        names,
        graphql_type=noun.name,
        found_by=key.key,
        by=(key,),
        of=keys,
        keys=keys,
    )
    if len(found) < len(keys):
        reading.visited.note_missing(noun.model.__tablename__)
    return {getattr(row, key.key): row for row in found}


def _with_keys(reading: Reading, noun: Noun, key: Column, names: Names) -> Select[Any]:
    rows = noun.readable(reading).where(one_of_keys(reading.dialect, key))
    return rows.with_only_columns(*noun.columns(names))


async def post_by_slug(reading: Reading, slug: str, names: Names) -> Row | None:
    """The post that has the slug, had it, or was at this path before."""
    values: dict[str, Any] = posts.slug_parameters(slug)
    found: list[Row] = await reading.read(_by_slug, names, graphql_type=POST.name, **values)
    return found[0] if found else None


def _by_slug(reading: Reading, names: Names) -> Select[Any]:
    rows = posts.found_by_slug(reading.viewer, reading.now)
    return rows.with_only_columns(*POST.columns(names))


# ---------------------------------------------------------------- a page of one list


async def page(
    reading: Reading,
    listed: Listed,
    names: Names,
    slice_: Slice,
    owner: int | None = None,
    conditions: Conditions = (),
) -> list[Row]:
    """The rows of a slice, and one more where there are more. Raises `BadCursor`."""
    form, options = _form(listed, owner, conditions)
    found: list[Row] = await reading.read(
        _sliced,
        *form,
        names,
        slice_.bounds,
        graphql_type=listed.noun.name,
        **options,
        **slice_.values,
    )
    return found


async def count(
    reading: Reading, listed: Listed, owner: int | None = None, conditions: Conditions = ()
) -> int:
    form, options = _form(listed, owner, conditions)
    counted = await reading.read(_all_counted, *form, **options)
    return int(counted[0][0])


def _form(
    listed: Listed, owner: int | None, conditions: Conditions
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    options = {"kept": not conditions}
    # Conditions look wherever they want.
    by = {"by": listed.by, "of": (owner,)} if not conditions else {}
    owned = {} if owner is None else {"owner": owner, **by}
    return (listed, owner is not None, conditions), {**options, **owned}


def _rows(reading: Reading, listed: Listed, is_owned: bool, conditions: Conditions) -> Select[Any]:
    rows = listed.rows(reading).where(*conditions)
    if listed.parent is None or not is_owned:
        return rows
    return rows.where(listed.parent == OWNER)


def _sliced(
    reading: Reading,
    listed: Listed,
    is_owned: bool,
    conditions: Conditions,
    names: Names,
    bounds: Bounds,
) -> Select[Any]:
    rows = _rows(reading, listed, is_owned, conditions)
    return bounds.of(rows.with_only_columns(*listed.noun.columns(names)))


def _all_counted(
    reading: Reading, listed: Listed, is_owned: bool, conditions: Conditions
) -> Select[Any]:
    rows = _rows(reading, listed, is_owned, conditions)
    return rows.with_only_columns(func.count(listed.noun.model.id))


# ---------------------------------------------------------------- what belongs to many parents


async def pages(
    reading: Reading, listed: Listed, parents: list[Any], names: Names, slice_: Slice
) -> list[list[Row]]:
    """The same slice of the list of each parent."""
    assert listed.parent is not None
    if not parents:
        return []
    found = await reading.read(
        _paged,
        listed,
        names,
        slice_.bounds,
        graphql_type=listed.noun.name,
        found_by="parent_key",
        by=listed.by,
        of=parents,
        keys=parents,
        **slice_.values,
    )
    return [page.rows for page in pages_by_parent(found, parents, slice_)]


def _paged(reading: Reading, listed: Listed, names: Names, bounds: Bounds) -> Select[Any]:
    assert listed.parent is not None
    columns = listed.noun.columns(names)
    return page_of_each_parent(
        reading.dialect, listed.rows(reading), columns, listed.parent, bounds
    )


async def counts(reading: Reading, listed: Listed, parents: list[Any]) -> dict[Any, int]:
    """How many the list of each parent has; parents with none are left out."""
    assert listed.parent is not None
    found_by = listed.parent.key
    counted = await reading.read(
        _counted, listed, found_by=found_by, by=listed.by, of=parents, keys=parents
    )
    return dict(counted)


def _counted(reading: Reading, listed: Listed) -> Select[Any]:
    assert listed.parent is not None
    columns: Any = (listed.parent, func.count())
    wanted = listed.rows(reading).where(one_of_keys(reading.dialect, listed.parent))
    return wanted.with_only_columns(*columns).group_by(listed.parent)


async def tags_of_posts(
    reading: Reading, post_ids: list[Any], names: Names, limit: int = MAX_TAGS
) -> list[list[Row]]:
    """All tags of each post, by name."""
    # Of the tags it reads those that it finds, and no others.
    by = (PostTag.post_id, Tag.slug)
    found = await reading.read(
        _tags,
        names,
        graphql_type=TAG.name,
        found_by="parent_key",
        by=by,
        of=post_ids,
        keys=post_ids,
    )
    return grouped(found, post_ids)


def _tags(reading: Reading, names: Names) -> Select[Any]:
    tagged = TAG.readable(reading).join(PostTag, PostTag.tag_id == Tag.id)
    columns = (*TAG.columns(names), PostTag.post_id.label("parent_key"))
    wanted = tagged.where(one_of_keys(reading.dialect, PostTag.post_id))
    return wanted.with_only_columns(*columns).order_by(Tag.name, Tag.id)


async def related_posts(
    reading: Reading, post_ids: list[Any], names: Names, limit: int
) -> list[list[Row]]:
    """Those that share tags with each post, the rarest first."""
    found = await reading.read(
        _related, names, graphql_type=POST.name, found_by="parent_key", keys=post_ids, limit=limit
    )
    return grouped(found, post_ids)


def _related(reading: Reading, names: Names) -> Select[Any]:
    columns = POST.columns(names)
    return related.of_posts(reading.viewer, reading.now, reading.dialect, columns)


async def past_slugs(reading: Reading, post_ids: list[Any]) -> dict[Any, list[str]]:
    """Those that each post had before, latest first."""
    found: dict[Any, list[str]] = {}
    by = (PastSlug.post_id, Post.id)
    for post_id, slug in await reading.read(
        _past_slugs, found_by=PastSlug.post_id.key, by=by, of=post_ids, keys=post_ids
    ):
        found.setdefault(post_id, []).append(slug)
    return {post_id: slugs[:MAX_PAST_SLUGS] for post_id, slugs in found.items()}


def _past_slugs(reading: Reading) -> Select[Any]:
    rows = POST.readable(reading).join(PastSlug, PastSlug.post_id == Post.id)
    had = rows.where(one_of_keys(reading.dialect, PastSlug.post_id))
    columns: Any = (PastSlug.post_id, PastSlug.slug)
    return had.with_only_columns(*columns).order_by(PastSlug.replaced_at.desc(), PastSlug.slug)
