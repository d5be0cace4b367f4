"""Orderings and filters: inputs, and the conditions they stand for. Public columns only."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeGuard, TypeVar

import strawberry
from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.auth import Role, Viewer
from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post, User
from graphql_blog.engine.keyset import Ordering
from graphql_blog.errors import BadRequest
from graphql_blog.graph.enums import (
    CommentOrderField,
    OrderDirection,
    PostOrderField,
    TagOrderField,
    UserOrderField,
)
from graphql_blog.graph.ids import plain_id
from graphql_blog.services import comments, posts, tags, users

MAX_NESTING = 3
MAX_CONDITIONS = 50
MAX_FILTERS = 100
MAX_LISTED = 100
MAX_TEXT = 1000

Condition = ColumnElement[bool]
T = TypeVar("T")


def _field(description: str) -> Any:
    return strawberry.field(description=description, default=strawberry.UNSET)


def _given(value: T | None) -> TypeGuard[T]:
    return value is not None and value is not strawberry.UNSET


def _hash_of_order(order: Any) -> int:
    """Strawberry hashes the defaults of arguments, and these are some."""
    return hash((order.field, order.direction))


DIRECTION = "Which end comes first."


@strawberry.input(description="An order of posts.")
class PostOrder:
    field: PostOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(description=DIRECTION, default=OrderDirection.DESC)

    __hash__ = _hash_of_order

    def ordering(self) -> Ordering:
        return posts.ordering(self.field, descending=self.direction is OrderDirection.DESC)


@strawberry.input(description="An order of comments.")
class CommentOrder:
    field: CommentOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(description=DIRECTION, default=OrderDirection.ASC)

    __hash__ = _hash_of_order

    def ordering(self) -> Ordering:
        return comments.ordering(self.field, descending=self.direction is OrderDirection.DESC)


@strawberry.input(description="An order of users.")
class UserOrder:
    field: UserOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(description=DIRECTION, default=OrderDirection.ASC)

    __hash__ = _hash_of_order

    def ordering(self) -> Ordering:
        return users.ordering(self.field, descending=self.direction is OrderDirection.DESC)


@strawberry.input(description="An order of tags.")
class TagOrder:
    field: TagOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(description=DIRECTION, default=OrderDirection.ASC)

    __hash__ = _hash_of_order

    def ordering(self) -> Ordering:
        return tags.ordering(self.field, descending=self.direction is OrderDirection.DESC)


NEWEST = PostOrder(field=PostOrderField.PUBLISHED_AT)
LAST_CHANGED = PostOrder(field=PostOrderField.UPDATED_AT)
OLDEST_COMMENT = CommentOrder(field=CommentOrderField.CREATED_AT)
BY_USERNAME = UserOrder(field=UserOrderField.USERNAME)
BY_NAME = TagOrder(field=TagOrderField.NAME)

_order = strawberry.argument(description="The order of the list.")
PostOrderBy = Annotated[PostOrder | None, _order]
CommentOrderBy = Annotated[CommentOrder | None, _order]
UserOrderBy = Annotated[UserOrder | None, _order]
TagOrderBy = Annotated[TagOrder | None, _order]


@strawberry.input(description="Which ids. Plain and global ids are both understood.")
class IdFilter:
    eq: strawberry.ID | None = _field("Exactly this one.")
    in_: list[strawberry.ID] | None = strawberry.field(
        name="in", description="One of these.", default=strawberry.UNSET
    )
    not_in: list[strawberry.ID] | None = _field("None of these.")

    def conditions(self, id_: InstrumentedAttribute[int], noun: str) -> Iterator[Condition]:
        if _given(self.eq):
            yield id_.in_([plain_id(self.eq, noun) or 0])
        if _given(self.in_):
            yield id_.in_([plain_id(given, noun) or 0 for given in _listed(self.in_)])
        if _given(self.not_in):
            yield id_.not_in([plain_id(given, noun) or 0 for given in _listed(self.not_in)])


@strawberry.input(description="Which texts. All that is given must hold.")
class StringFilter:
    eq: str | None = _field("Exactly this text.")
    in_: list[str] | None = strawberry.field(
        name="in", description="Exactly one of these texts.", default=strawberry.UNSET
    )
    not_in: list[str] | None = _field("None of these texts.")
    contains: str | None = _field("Has this text somewhere.")
    starts_with: str | None = _field("Begins with this text.")
    ends_with: str | None = _field("Ends with this text.")
    case_sensitive: bool | None = strawberry.field(
        description="Whether `contains`, `startsWith` and `endsWith` tell A from a.", default=False
    )

    def conditions(self, text: InstrumentedAttribute[str]) -> Iterator[Condition]:
        if _given(self.eq):
            yield text == self.eq
        if _given(self.in_):
            yield text.in_(_listed(self.in_))
        if _given(self.not_in):
            yield text.not_in(_listed(self.not_in))
        exact = self.case_sensitive
        like: Callable[..., Condition]
        # autoescape: % and _ are looked for as they are.
        if _given(self.contains):
            like = text.contains if exact else text.icontains
            yield like(_text(self.contains), autoescape=True)
        if _given(self.starts_with):
            like = text.startswith if exact else text.istartswith
            yield like(_text(self.starts_with), autoescape=True)
        if _given(self.ends_with):
            like = text.endswith if exact else text.iendswith
            yield like(_text(self.ends_with), autoescape=True)


@strawberry.input(description="Which instants. All that is given must hold.")
class DateTimeFilter:
    eq: datetime | None = _field("Exactly then.")
    lt: datetime | None = _field("Before then.")
    lte: datetime | None = _field("Then or before.")
    gt: datetime | None = _field("After then.")
    gte: datetime | None = _field("Then or after.")
    is_null: bool | None = _field("Whether there is no instant at all.")

    def conditions(self, instant: InstrumentedAttribute[Any]) -> Iterator[Condition]:
        if _given(self.eq):
            yield instant == self.eq
        if _given(self.lt):
            yield instant < self.lt
        if _given(self.lte):
            yield instant <= self.lte
        if _given(self.gt):
            yield instant > self.gt
        if _given(self.gte):
            yield instant >= self.gte
        if _given(self.is_null):
            yield instant.is_(None) if self.is_null else instant.is_not(None)


@strawberry.input(description="Which tags a post has, by their slugs.")
class TagFilter:
    any_of: list[str] | None = _field("At least one of these.")
    all_of: list[str] | None = _field("All of these.")
    none_of: list[str] | None = _field("None of these.")

    def conditions(self) -> Iterator[Condition]:
        if _given(self.any_of):
            yield posts.tagged(_listed(self.any_of))
        for slug in _listed(self.all_of or ()):
            yield posts.tagged([slug])
        if _given(self.none_of):
            yield not_(posts.tagged(_listed(self.none_of)))


@strawberry.input(description="Which states.")
class PostStatusFilter:
    eq: PostStatus | None = _field("Exactly this one.")
    in_: list[PostStatus] | None = strawberry.field(
        name="in", description="One of these.", default=strawberry.UNSET
    )

    def conditions(self, now: datetime) -> Iterator[Condition]:
        if _given(self.eq):
            yield posts.in_status(self.eq, now)
        if _given(self.in_):
            yield or_(false(), *[posts.in_status(status, now) for status in self.in_])


@strawberry.input(description="Which posts. All that is given must hold.")
class PostFilter:
    and_: list["PostFilter"] | None = strawberry.field(
        name="and", description="All of these must hold too.", default=strawberry.UNSET
    )
    or_: list["PostFilter"] | None = strawberry.field(
        name="or", description="One of these must hold too.", default=strawberry.UNSET
    )
    not_: "PostFilter | None" = strawberry.field(
        name="not", description="This must not hold.", default=strawberry.UNSET
    )
    id: IdFilter | None = _field("By id.")
    slug: StringFilter | None = _field("By slug.")
    title: StringFilter | None = _field("By title.")
    author_id: IdFilter | None = _field("By the id of the author.")
    author_username: StringFilter | None = _field("By the username of the author.")
    tag: TagFilter | None = _field("By tags.")
    status: PostStatusFilter | None = _field("By status.")
    published_at: DateTimeFilter | None = _field("By when it became or becomes visible.")
    created_at: DateTimeFilter | None = _field("By when it was begun.")
    updated_at: DateTimeFilter | None = _field("By when it was last changed.")

    def condition(self, now: datetime) -> Condition:
        """Raises `BadRequest` when it is nested too deep or too large."""
        self._require_bounds(now)
        return self._whole(now)

    def _require_bounds(self, now: datetime) -> None:
        """Looks at no more of a filter than is allowed, however large it is."""
        level, nesting, filters, conditions = [self], 0, 0, 0
        while level:
            filters += len(level)
            if nesting > MAX_NESTING:
                raise BadRequest(f"A filter may be nested {MAX_NESTING} levels deep, not more.")
            if filters > MAX_FILTERS:
                raise BadRequest(f"A filter may have {MAX_FILTERS} parts, not more.")
            conditions += sum(len(list(filter_._own(now))) for filter_ in level)
            if conditions > MAX_CONDITIONS:
                raise BadRequest(f"A filter may have {MAX_CONDITIONS} conditions, not more.")
            level, nesting = [inner for part in level for inner in part._inner()], nesting + 1

    def _whole(self, now: datetime) -> Condition:
        parts = list(self._own(now))
        parts += [inner._whole(now) for inner in self.and_ or ()]
        if _given(self.or_):
            parts.append(or_(false(), *[inner._whole(now) for inner in self.or_]))
        if _given(self.not_):
            # Comparing with an instant that is not there gives NULL, whose negation is NULL too.
            parts.append(not_(func.coalesce(self.not_._whole(now), false())))
        return and_(true(), *parts)

    def _own(self, now: datetime) -> Iterator[Condition]:
        for id_filter, id_, noun in (
            (self.id, Post.id, "Post"),
            (self.author_id, Post.author_id, "User"),
        ):
            if id_filter:
                yield from id_filter.conditions(id_, noun)
        for text_filter, text in ((self.slug, Post.slug), (self.title, Post.title)):
            if text_filter:
                yield from text_filter.conditions(text)
        if self.author_username:
            for condition in self.author_username.conditions(User.username):
                yield Post.author.has(condition)
        yield from self.tag.conditions() if self.tag else ()
        yield from self.status.conditions(now) if self.status else ()
        for instant_filter, instant in (
            (self.published_at, Post.published_at),
            (self.created_at, Post.created_at),
            (self.updated_at, Post.updated_at),
        ):
            if instant_filter:
                yield from instant_filter.conditions(instant)

    def _inner(self) -> Sequence["PostFilter"]:
        return [*(self.and_ or ()), *(self.or_ or ()), *([self.not_] if self.not_ else ())]


@strawberry.input(description="Which users. All that is given must hold.")
class UserFilter:
    id: IdFilter | None = _field("By id.")
    username: StringFilter | None = _field("By username.")
    name: StringFilter | None = _field("By display name.")
    role: Role | None = _field("By role.")
    has_posts: bool | None = _field("Whether there are posts of theirs that you may see.")

    def condition(self, viewer: Viewer, now: datetime) -> Condition:
        parts: list[Condition] = []
        if self.id:
            parts += self.id.conditions(User.id, "User")
        if self.username:
            parts += self.username.conditions(User.username)
        if self.name:
            parts += self.name.conditions(User.name)
        if _given(self.role):
            parts.append(User.role == self.role)
        if _given(self.has_posts):
            written = exists().where(Post.author_id == User.id, posts.readable(viewer, now))
            parts.append(written if self.has_posts else not_(written))
        return and_(true(), *parts)


PostFilterBy = Annotated[PostFilter | None, strawberry.argument(description="Which posts.")]
UserFilterBy = Annotated[UserFilter | None, strawberry.argument(description="Which users.")]


def _listed(values: Sequence[T]) -> Sequence[T]:
    if len(values) > MAX_LISTED:
        raise BadRequest(f"A list in a filter may have {MAX_LISTED} values, not {len(values)}.")
    return values


def _text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise BadRequest(f"A text in a filter may have {MAX_TEXT} characters, not {len(value)}.")
    return value
