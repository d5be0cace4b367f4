"""Pages by cursor miss nothing and repeat nothing while others write; no other cursor is taken."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import count, cycle, permutations
from string import printable
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from graphql_blog.db import models
from graphql_blog.engine.keyset import BadCursor, Ordering
from graphql_blog.resources import Resources
from graphql_blog.services import comments, posts, tags, users
from tests.asking import Api
from tests.blogs import Person, on_one_database, refill
from tests.factories import LONG_AGO

DAMAGED = "This is no cursor, or a damaged one: pass one on exactly as a page gave it."

# Stands first in every list, and everything nested hangs on it: one row of each noun.
ANCHOR = 1000
# By code point.
TEXTS = ("B", "a \u00e9", "\U0001f600")
EDITOR = Person(ANCHOR, f"u0-{ANCHOR}", "EDITOR")


# ---------------------------------------------------------------- lists, and what comes and goes


@dataclass(frozen=True)
class Listing:
    """A list in one of its orders; what it hangs on comes first."""

    path: str
    noun: str
    order: str
    descending: bool
    fixed: bool = False
    """It has this order alone, and no argument for it."""

    @property
    def direction(self) -> str:
        return "DESC" if self.descending else "ASC"

    def field(self, arguments: str) -> str:
        """Asks for one page."""
        *outer, connection = self.path.split(".")
        by = (
            "" if self.fixed else f", orderBy: {{field: {self.order}, direction: {self.direction}}}"
        )
        asked = f"{connection}({arguments}{by}) {PAGE}"
        return f"{outer[0]} {{ {asked} }}" if outer else asked

    def page(self, answer: Any) -> Any:
        *outer, connection = self.path.split(".")
        return answer[connection] if outer else answer

    def key(self, row: "Row") -> tuple[int, ...]:
        return (row.id,) if self.order == "ID" else (row.rank(self.order), row.id)


@dataclass(frozen=True)
class Row:
    """One row of each noun: what all its columns are made of, and between which pages it is there.

    Few values, so that many rows have the same one.
    """

    id: int
    value: int
    born: int = 0
    dies: int | None = None

    def lives_at(self, step: int) -> bool:
        return self.born <= step and (self.dies is None or step < self.dies)

    def rank(self, order: str) -> int:
        """Where it stands in this order, which is not the same for all its columns."""
        if order == "UPDATED_AT":
            return 2 - self.value
        return self.value * 2 % 3 if order.endswith("COUNT") else self.value

    def for_tables(self) -> dict[type[models.Base], dict[str, Any]]:
        at = LONG_AGO + timedelta(microseconds=self.value)
        updated_at = LONG_AGO + timedelta(days=self.rank("UPDATED_AT"))
        times = {"created_at": at, "updated_at": updated_at}
        of_anchor = {"post_id": ANCHOR, "author_id": ANCHOR, "parent_id": self._answered}
        user = {
            "username": f"u{self.value}-{self.id:04}",
            "email": f"{self.id}@example.com",
            "role": "EDITOR" if self.id == ANCHOR else "READER",
            "created_at": at,
            "post_count": self.rank("POST_COUNT"),
        }
        tag = {"name": TEXTS[self.value], "slug": f"s{self.id}", "post_count": user["post_count"]}
        return {
            models.User: {"id": self.id, **user},
            models.Tag: {"id": self.id, **tag},
            models.Post: {"id": self.id, **self._post(at), **times},
            models.PostTag: {"post_id": self.id, "tag_id": ANCHOR, "listed_at": at},
            models.Comment: {"id": self.id, **of_anchor, **times, "content": "Content"},
        }

    @property
    def _answered(self) -> int | None:
        return None if self.id == ANCHOR else ANCHOR

    def _post(self, at: datetime) -> dict[str, Any]:
        # Drafts stand among the others, at the instant when they were begun.
        draft = self.id % 3 == 0
        return {
            "author_id": ANCHOR,
            "status": "DRAFT" if draft else "PUBLISHED",
            "published_at": None if draft else at,
            "title": TEXTS[self.value],
            "slug": f"s{self.id}",
            "comment_count": self.rank("COMMENT_COUNT"),
            "content": "Content",
        }


ORDERS = {
    "posts": [*posts.ORDERINGS],
    "users": [*users.ORDERINGS],
    "comments": [*comments.ORDERINGS],
    "tags": [*tags.ORDERINGS],
}
PATHS = {
    "postsConnection": "posts",
    f"user(id: {ANCHOR}).postsConnection": "posts",
    f"tag(id: {ANCHOR}).postsConnection": "posts",
    "viewer.postsConnection": "posts",
    "usersConnection": "users",
    "tagsConnection": "tags",
    f"post(id: {ANCHOR}).commentsConnection": "comments",
}
FIXED = [
    Listing(path, "comments", "CREATED_AT", descending=False, fixed=True)
    for path in (
        f"user(id: {ANCHOR}).commentsConnection",
        f"comment(id: {ANCHOR}).repliesConnection",
    )
]
LISTINGS = [
    [Listing(path, noun, order, way) for order in ORDERS[noun] for way in (False, True)]
    for path, noun in PATHS.items()
]
PAGE = """{
  totalCount edges { cursor node { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}"""

rows = st.builds(
    lambda number, value, born, life: Row(number, value, born, life and born + life),
    number=st.integers(1, 60),
    value=st.integers(0, 2),
    born=st.sampled_from([0, 0, 0, 0, 1, 2, 3]),
    life=st.sampled_from([None, None, None, 1, 2, 3]),
)
stories = st.lists(rows, max_size=12, unique_by=lambda row: row.id)
sizes = st.lists(st.integers(1, 4), min_size=1, max_size=4)


# ---------------------------------------------------------------- reading page by page


@dataclass
class Walk:
    """A list being read page by page, from either end."""

    listing: Listing
    story: list[Row]
    backwards: bool = False
    cursor: str | None = None
    last: tuple[int, ...] | None = None
    read: list[int] = field(default_factory=list)
    done: bool = False

    def arguments(self, size: int) -> str:
        here, there = ("last", "before") if self.backwards else ("first", "after")
        return f"{here}: {size}" + (f', {there}: "{self.cursor}"' if self.cursor else "")

    def living(self, step: int) -> list[Row]:
        # No reply answers itself.
        answers = "replies" in self.listing.path
        return [
            row for row in self.story if row.lives_at(step) and not (answers and row.id == ANCHOR)
        ]

    def take(self, step: int, size: int) -> tuple[list[int], bool]:
        """The ids of the next page as they are read, and whether there is more."""
        down = self.listing.descending is not self.backwards
        keys = {self.listing.key(row): row.id for row in self.living(step)}
        ordered = sorted(keys, reverse=down)
        if (last := self.last) is not None:
            ordered = [key for key in ordered if (key < last if down else key > last)]
        page, self.done = ordered[:size], len(ordered) <= size
        self.last = page[-1] if page else self.last
        self.read += [keys[key] for key in page]
        return [keys[key] for key in page], not self.done

    def check(self, page: Any, step: int, size: int) -> None:
        """The page is exactly what there is after, or before, the one read last."""
        behind = self.last is not None
        expected, more = self.take(step, size)
        edges, info = page["edges"], page["pageInfo"]
        shown = expected[::-1] if self.backwards else expected
        assert [int(edge["node"]["id"]) for edge in edges] == shown, self.listing
        assert page["totalCount"] == len(self.living(step)), self.listing
        assert info == {
            "hasNextPage": behind if self.backwards else more,
            "hasPreviousPage": more if self.backwards else behind,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        }, self.listing
        self.cursor = info["startCursor" if self.backwards else "endCursor"]

    def check_whole(self) -> None:
        """Nothing twice, and everything that was there all along."""
        assert len(self.read) == len(set(self.read)), self.listing
        stayed = {row.id for row in self.living(0) if row.dies is None}
        assert stayed - set(self.read) == set(), self.listing


async def begin(resources: Resources, story: list[Row]) -> None:
    tables: dict[type[models.Base], list[dict[str, Any]]] = {}
    for row in story:
        if row.lives_at(0):
            for model, values in row.for_tables().items():
                tables.setdefault(model, []).append(values)
    await refill(resources, tables)


async def go_on(resources: Resources, story: list[Row], step: int) -> None:
    """What others write between two pages."""
    async with resources.transaction() as session:
        for row in story:
            for model, values in row.for_tables().items():
                if row.born == step:
                    await session.execute(insert(model).values(values))
                elif row.dies == step and model is not models.PostTag:
                    await session.execute(delete(model).where(model.id == row.id))


@settings(on_one_database, max_examples=25)
@given(
    chosen=st.tuples(*map(st.sampled_from, LISTINGS)),
    story=stories,
    sizes=sizes,
    backwards=st.booleans(),
)
async def test_every_list_in_every_order_is_whole_while_others_write(
    api, chosen, story, sizes, backwards
):
    story = [Row(ANCHOR, 0), *story]
    walks = [Walk(listing, story, backwards) for listing in (*chosen, *FIXED)]
    await begin(api.resources, story)

    for step, size in zip(count(), cycle(sizes)):
        going = {f"walk{number}": walk for number, walk in enumerate(walks) if not walk.done}
        if not going:
            break
        asked = " ".join(f"{n}: {w.listing.field(w.arguments(size))}" for n, w in going.items())
        data = await api.data(f"{{ {asked} }}", by=EDITOR)
        for name, walk in going.items():
            walk.check(walk.listing.page(data[name]), step, size)
        await go_on(api.resources, story, step + 1)

    for walk in walks:
        walk.check_whole()


REST = [
    ("/api/posts", Listing("", "posts", "PUBLISHED_AT", descending=True)),
    (f"/api/users/{ANCHOR}/posts", Listing("", "posts", "PUBLISHED_AT", descending=True)),
    ("/api/users", Listing("", "users", "CREATED_AT", descending=True)),
]


@settings(on_one_database, max_examples=20)
@given(chosen=st.sampled_from(REST), story=stories, sizes=sizes)
async def test_the_lists_of_rest_are_whole_while_others_write(api, chosen, story, sizes):
    story = [Row(ANCHOR, 0), *story]
    address, listing = chosen
    walk = Walk(listing, story)
    await begin(api.resources, story)

    for step, limit in zip(count(), cycle(sizes)):
        asked = {"limit": limit} | ({"cursor": walk.cursor} if walk.cursor else {})
        answer = await api.client.get(address, params=asked, headers=api.headers(EDITOR))
        page, more = walk.take(step, limit)
        assert [row["id"] for row in answer.json()] == page
        assert answer.headers["x-total-count"] == str(len(walk.living(step)))
        assert ("next" in answer.links) is more
        if not more:
            break
        walk.cursor = httpx2.URL(answer.links["next"]["url"]).params["cursor"]
        await go_on(api.resources, story, step + 1)

    walk.check_whole()


# ---------------------------------------------------------------- cursors that no page gave

NEWEST = posts.ordering("PUBLISHED_AT", descending=True)
EVERY_ORDERING = [
    module.ordering(order, descending=descending)
    for module in (posts, users, comments, tags)
    for order in module.ORDERINGS
    for descending in (False, True)
]


def row_in_every_order(text: str) -> Any:
    """What a cursor of any ordering can be made of."""
    at = LONG_AGO + timedelta(microseconds=1)
    times = {"created_at": at, "updated_at": at, "listed_at": at}
    counts = {"post_count": 3, "comment_count": 3}
    return SimpleNamespace(id=12, title=text, username=text, name=text, **times, **counts)


def corruptions(cursor: str) -> Iterator[str]:
    """With one character another one, left out, or put in."""
    for place in range(len(cursor)):
        yield cursor[:place] + cursor[place + 1 :]
        for character in (*printable, "\u00e9"):
            yield cursor[:place] + character + cursor[place:]
            if character != cursor[place]:
                yield cursor[:place] + character + cursor[place + 1 :]
    for character in printable:
        yield cursor + character


def test_a_cursor_with_one_wrong_character_is_refused():
    # Texts of three lengths, for the three ways in which base64 can end.
    for text in ("", "a", "ab"):
        ordering = posts.ordering("TITLE", descending=False)
        for corrupted in corruptions(ordering.cursor(row_in_every_order(text))):
            with pytest.raises(BadCursor) as refusal:
                ordering.place("after", corrupted)
            assert str(refusal.value) == DAMAGED, corrupted


def test_a_cursor_is_good_for_its_own_order_alone():
    row = row_in_every_order("text")
    for its_own, other in permutations(EVERY_ORDERING, 2):
        with pytest.raises(BadCursor) as refusal:
            other.place("after", its_own.cursor(row))
        assert str(refusal.value) == belongs_elsewhere(its_own, other)


def belongs_elsewhere(its_own: Ordering, other: Ordering) -> str:
    return (
        f"This cursor belongs to the list {its_own.name}, not to {other.name}:"
        " take one from a page of the same list in the same order."
    )


def forged(payload: Any) -> str:
    """As anybody can make it who reads the source: the check is no secret."""
    written = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    check = blake2b(written, digest_size=6, person=b"cursor").digest()
    return urlsafe_b64encode(check + written).rstrip(b"=").decode()


AT = "2020-01-01T12:00:00+00:00"
FORGERIES: list[Any] = [
    *[[NEWEST.name, at, 1] for at in (None, 1577880000, 1.5, True, [], {}, "", "soon", "12:00")],
    [NEWEST.name, "0001-01-01T00:00+23:59", 1],
    [NEWEST.name, "0999-12-31", 1],
    [NEWEST.name, "9999-01-01T12:00Z", 1],
    *[[NEWEST.name, AT, id_] for id_ in (None, "1", 1.0, True, [], 2**31, -(2**63), 10**400)],
    *[[name, AT, 1] for name in (None, 1, [], {}, "\ud800")],
    *[[NEWEST.name, *values] for values in ([], [AT], [AT, 1, 1])],
    *["text", 7, None, {}, []],
    *[b"", b"[", b"[" * 2900, b"\xff", b"NaN", b"[" + b"9" * 2900 + b"]"],
]


async def refusals(api: Api, cursor: str) -> list[str]:
    """What both APIs say to it, in a list of the newest posts."""
    query = "query ($after: String) { postsConnection(after: $after) { totalCount } }"
    (error,) = await api.errors(query, after=cursor)
    answer = await api.client.get("/api/posts", params={"cursor": cursor})
    body = answer.json()
    assert (answer.status_code, error["extensions"]["code"]) == (400, body["code"]), cursor
    assert body["code"] == "BAD_USER_INPUT", cursor
    return [error["message"], body["error"]]


async def test_both_apis_refuse_damaged_cursors_in_words(api):
    cursor = NEWEST.cursor(row_in_every_order(""))
    damaged = [
        cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        for place in range(len(cursor))
    ]
    for text in (*damaged, cursor + "=", " " + cursor, "", "1", "MQ", "\u00e9", "a" * 5000):
        assert await refusals(api, text) == [DAMAGED, DAMAGED], text


async def test_both_apis_refuse_cursors_of_other_lists_in_words(api):
    row = row_in_every_order("text")
    for other in EVERY_ORDERING:
        if other.name != NEWEST.name:
            words = belongs_elsewhere(other, NEWEST)
            assert await refusals(api, other.cursor(row)) == [words, words]


async def test_both_apis_refuse_forged_cursors_in_words(api):
    genuine = NEWEST.cursor(row_in_every_order(""))
    assert forged([NEWEST.name, "2020-01-01T12:00:00.000001+00:00", 12]) == genuine

    for payload in FORGERIES:
        assert await refusals(api, forged(payload)) == [DAMAGED, DAMAGED], payload


async def test_a_forged_cursor_of_far_away_values_is_a_place_like_any_other(api):
    await begin(api.resources, [Row(ANCHOR, 0)])
    beyond_all = forged([NEWEST.name, "9998-12-31T23:59:59.999999+00:00", 2**31 - 1])
    before_all = forged([NEWEST.name, "1000-01-01T00:00:00+00:00", 1 - 2**31])
    query = "query ($c: String) { postsConnection(after: $c) { nodes { id } } }"

    for cursor, nodes in ((beyond_all, [{"id": str(ANCHOR)}]), (before_all, [])):
        data = await api.data(query, c=cursor)
        assert data == {"postsConnection": {"nodes": nodes}}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(AT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=5,
)


@settings(on_one_database, max_examples=60)
@given(ordering=st.sampled_from(EVERY_ORDERING), values=st.lists(json_values, max_size=3))
async def test_no_forged_cursor_is_worse_than_a_bad_request(api, ordering, values):
    noun, _, order, direction = ordering.name.split()
    listing = Listing(f"{noun}Connection", noun, order, direction == "DESC")
    if noun == "comments":
        await begin(api.resources, [Row(ANCHOR, 0)])
        listing = Listing(
            f"post(id: {ANCHOR}).commentsConnection", noun, order, direction == "DESC"
        )

    cursor = forged([ordering.name, *values])
    after = f'after: "{cursor}"'
    body = await api.body(f"{{ {listing.field(after)} }}")

    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    assert codes <= {"BAD_USER_INPUT"}
