"""Pages by cursor: nothing twice and nothing missed, whatever comes and goes between two pages."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from graphql_blog.auth import Role
from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post, User
from graphql_blog.resources import Resources
from tests.asking import Api
from tests.factories import LONG_AGO, make_comment, make_draft, make_post, make_tag, make_user

FIELDS = ("PUBLISHED_AT", "CREATED_AT", "UPDATED_AT", "TITLE", "COMMENT_COUNT", "ID")
EDITOR = User(id=1, username="editor", email="editor@example.com", role=Role.EDITOR)
PAGE = """query ($first: Int, $after: String, $last: Int, $before: String, $order: PostOrder) {
  postsConnection(first: $first, after: $after, last: $last, before: $before, orderBy: $order) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
one_database = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

# Few values, so that many rows tie.
small = st.integers(0, 2)
a_post = st.fixed_dictionaries(
    {
        "day": small,
        "created": small,
        "updated": small,
        "title": st.sampled_from(["a", "B", "é", "\U0001f600"]),
        "comments": small,
        "draft": st.booleans(),
    }
)
orders = st.fixed_dictionaries(
    {"field": st.sampled_from(FIELDS), "direction": st.sampled_from(["ASC", "DESC"])}
)
# Between two pages: a new post, or the deletion of one of those that were there.
change = st.one_of(st.none(), a_post, st.integers(0, 20))


def post_of(given: dict[str, Any], id_: int) -> Post:
    def at(day: int) -> Any:
        return LONG_AGO + timedelta(days=day, microseconds=day)

    return Post(
        id=id_,
        author_id=1,
        title=given["title"],
        slug=f"post-{id_}",
        content="Content",
        status=PostStatus.DRAFT if given["draft"] else PostStatus.PUBLISHED,
        published_at=None if given["draft"] else at(given["day"]),
        created_at=at(given["created"]),
        updated_at=at(given["updated"]),
        comment_count=given["comments"],
    )


class Wall:
    """The posts of a blog while somebody reads them page by page."""

    def __init__(self, resources: Resources, there: list[dict[str, Any]]) -> None:
        self.resources = resources
        self.all_along = set(range(1, len(there) + 1))
        self.next_id = len(there) + 1

    async def change(self, what: dict[str, Any] | int | None) -> None:
        async with self.resources.transaction() as session:
            if isinstance(what, dict):
                session.add(post_of(what, self.next_id))
                self.next_id += 1
            elif what is not None:
                await session.execute(delete(Post).where(Post.id == what))
                self.all_along.discard(what)


@pytest.fixture
async def editor(resources: Resources) -> User:
    # Somebody who sees the drafts, which have no instant of publication.
    await make_user(resources, username=EDITOR.username, role=EDITOR.role)
    return EDITOR


async def check_pages(
    client: httpx2.AsyncClient,
    resources: Resources,
    there: list[dict[str, Any]],
    order: dict[str, str],
    sizes: list[int],
    changes: list[Any],
    *,
    backwards: bool,
) -> None:
    api, wall = Api(client, resources), Wall(resources, there)
    async with resources.transaction() as session:
        await session.execute(delete(Post))
        session.add_all(post_of(given, id_) for id_, given in enumerate(there, 1))

    count, cursor = ("last", "before") if backwards else ("first", "after")
    more, edge = ("hasPreviousPage", "startCursor") if backwards else ("hasNextPage", "endCursor")
    read: list[int] = []
    arguments: dict[str, Any] = {}
    for number in range(100):
        arguments[count] = sizes[number % len(sizes)]
        data = await api.data(PAGE, by=EDITOR, order=order, **arguments)
        page = data["postsConnection"]
        ids = [int(node["id"]) for node in page["nodes"]]
        read = [*ids, *read] if backwards else [*read, *ids]
        if not page["pageInfo"][more]:
            break
        arguments[cursor] = page["pageInfo"][edge]
        if number < len(changes):
            await wall.change(changes[number])

    assert len(read) == len(set(read))
    assert wall.all_along <= set(read)
    # In the order of the whole list, as far as they are still in it.
    listed = await api.data(
        "query ($order: PostOrder) { posts(first: 100, orderBy: $order) { id } }",
        by=EDITOR,
        order=order,
    )
    whole = [int(post["id"]) for post in listed["posts"]]
    assert [id_ for id_ in read if id_ in whole] == [id_ for id_ in whole if id_ in read]


examples = given(
    there=st.lists(a_post, max_size=12),
    order=orders,
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    changes=st.lists(change, max_size=6),
    backwards=st.booleans(),
)


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@settings(one_database, max_examples=100)
@examples
async def test_pages_neither_overlap_nor_miss_what_was_there_all_along(
    client, resources, editor, there, order, sizes, changes, backwards
):
    await check_pages(client, resources, there, order, sizes, changes, backwards=backwards)


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@settings(one_database, max_examples=15)
@examples
async def test_pages_of_postgresql_neither_overlap_nor_miss_anything(
    client, resources, editor, there, order, sizes, changes, backwards
):
    await check_pages(client, resources, there, order, sizes, changes, backwards=backwards)


DAMAGED = "This is no cursor, or a damaged one: pass one on exactly as a page gave it."


async def cursors(api: Api, query: str) -> Any:
    data = await api.data(query, by=EDITOR)
    while "pageInfo" not in data:
        (data,) = data.values()
    return data["pageInfo"]["endCursor"]


async def refusal(api: Api, cursor: str, argument: str = "after") -> str:
    query = f"query ($c: String) {{ postsConnection({argument}: $c) {{ nodes {{ id }} }} }}"
    body = await api.body(query, by=EDITOR, c=cursor)
    (error,) = body["errors"]
    assert body["data"] is None
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    message: str = error["message"]
    return message


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
async def test_a_cursor_with_any_one_character_changed_is_refused(client, resources, editor):
    api = Api(client, resources)
    await make_post(resources, title="Ünïcode")
    for field in ("PUBLISHED_AT", "TITLE"):
        page = f"{{ postsConnection(orderBy: {{field: {field}}}) {{ pageInfo {{ endCursor }} }} }}"
        cursor = await cursors(api, page)
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))

        for position, character in enumerate(cursor):
            for other in {"A", "_", "!", "é"} - {character}:
                damaged = cursor[:position] + other + cursor[position + 1 :]
                if as_bytes(damaged) == raw:
                    continue  # The last character has bits that mean nothing.
                assert await refusal(api, damaged) == DAMAGED, damaged
    for nonsense in ("", "x", "====", cursor[:-1], cursor[1:], cursor + cursor, "MQ", "\U0001f600"):
        assert await refusal(api, nonsense) == DAMAGED, nonsense
        assert await refusal(api, nonsense, "before") == DAMAGED, nonsense


def as_bytes(cursor: str) -> bytes | None:
    try:
        return urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except ValueError:
        return None


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
async def test_a_cursor_of_another_order_or_another_list_is_refused_in_words(
    client, resources, editor
):
    api = Api(client, resources)
    post = await make_post(resources)
    await make_comment(resources, post)
    await make_tag(resources, "news")
    for query, name in [
        ("{ postsConnection(orderBy: {field: TITLE}) %s }", "posts by TITLE DESC"),
        (
            "{ postsConnection(orderBy: {field: PUBLISHED_AT, direction: ASC}) %s }",
            "posts by PUBLISHED_AT ASC",
        ),
        ("{ usersConnection %s }", "users by USERNAME ASC"),
        ("{ tagsConnection %s }", "tags by NAME ASC"),
        ("{ post(id: 1) { commentsConnection %s } }", "comments by CREATED_AT ASC"),
    ]:
        cursor = await cursors(api, query % "{ pageInfo { endCursor } }")

        assert await refusal(api, cursor) == (
            f"This cursor belongs to the list {name}, not to posts by PUBLISHED_AT DESC:"
            " take one from a page of the same list in the same order."
        )


async def test_a_draft_without_an_instant_is_a_place_in_the_list_too(client, resources, editor):
    api = Api(client, resources)
    for day in (1, 2, 3):
        await make_draft(resources, created_at=LONG_AGO.replace(day=day))
        await make_post(resources, published_at=LONG_AGO.replace(day=day))
    read, after = [], None
    for _ in range(6):
        data = await api.data(PAGE, by=EDITOR, first=1, after=after)
        after = data["postsConnection"]["pageInfo"]["endCursor"]
        read.append(data["postsConnection"]["nodes"][0]["id"])

    assert read == ["6", "5", "4", "3", "2", "1"]
