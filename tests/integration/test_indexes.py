"""Every list is served by an index: 100,000 posts, and what the databases plan to do with them.

A plan may enter an index at a key, or walk along one in its order until the page is full. It may
not read a table or an index from end to end, and it may not sort; where sorting the few rows of a
parent is right all the same, the test says so in its name.
"""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from graphql_blog.db.models import Comment, Post, Tag, User
from graphql_blog.engine.readers import Sent
from graphql_blog.graph.ids import node_id
from graphql_blog.graph.loaders import BY_ID
from graphql_blog.resources import Resources
from graphql_blog.services import comments, posts, tags, users
from tests import large_blog, servers
from tests.asking import Api
from tests.plans import Plan, postgresql_plan, sqlite_plan

pytestmark = pytest.mark.xdist_group("large blog")


@pytest.fixture(scope="session")
def never_analyzed_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("large") / "blog.db"
    shutil.copy(sqlite_template, path)
    asyncio.run(large_blog.fill(f"sqlite+aiosqlite:///{path}"))
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def large_sqlite(never_analyzed_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("large") / "blog.db"
    shutil.copy(never_analyzed_sqlite.removeprefix("sqlite:///"), path)
    asyncio.run(large_blog.analyze(f"sqlite+aiosqlite:///{path}"))
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def large_postgresql(postgres_server: str) -> str:
    url = asyncio.run(servers.create_database(postgres_server, "large", "template"))
    asyncio.run(large_blog.fill(url))
    asyncio.run(large_blog.analyze(url))
    return url


@pytest.fixture(params=["large_sqlite", "never_analyzed_sqlite", "large_postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """One that all tests here share: they only read."""
    url: str = request.getfixturevalue(request.param)
    return url


STRANGER = None
AUTHOR = User(id=7, username="user7")
EDITOR = User(id=1, username="user1")
VIEWERS = (STRANGER, AUTHOR, EDITOR)


class Planner:
    """Asks the API, and then the database what it does for each statement of the answer."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.reader = api.resources.reader

    async def plans(self, query: str, *, by: User | None = None) -> list[Plan]:
        with self.sent() as sent:
            await self.api.data(query, by=by)
        assert sent
        return [await self.plan(*each) for each in sent]

    async def plans_of_address(self, address: str, *, by: User | None = None) -> list[Plan]:
        with self.sent() as sent:
            answer = await self.api.client.get(address, headers=self.api.headers(by))
        assert (answer.status_code, len(answer.json())) == (200, 20)
        return [await self.plan(*each) for each in sent]

    async def cursor_amid(self, name: str, field: str, direction: str) -> str:
        """That of the 500th row."""
        service, model = {**NOUNS, "comments": (comments, Comment)}[name]
        ordering = service.ordering(field, descending=direction == "DESC")
        rows = select(model).order_by(*ordering.by()).offset(499).limit(1)
        async with self.api.resources.reading() as session:
            return ordering.cursor((await session.scalars(rows)).one())

    @contextmanager
    def sent(self) -> Iterator[list[tuple[str, Any]]]:
        """The statements sent meanwhile, with their parameters."""
        found: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            found.append((statement, parameters))

        def note_rows(read: Sent) -> None:
            found.append((read.sql, tuple(read.arguments)))

        observers = self.api.resources.rows.observers
        event.listen(self.reader.sync_engine, "before_cursor_execute", note)
        observers.append(note_rows)
        yield found
        observers.remove(note_rows)
        event.remove(self.reader.sync_engine, "before_cursor_execute", note)

    async def plan(self, statement: str, parameters: Any) -> Plan:
        async with self.reader.connect() as connection:
            if self.reader.dialect.name == "sqlite":
                rows = await connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", parameters
                )
                return sqlite_plan(statement, [row.detail for row in rows])
            answer = await connection.exec_driver_sql(
                f"EXPLAIN (FORMAT JSON) {statement}", parameters
            )
            return postgresql_plan(statement, answer.scalar_one()[0]["Plan"])


@pytest.fixture
def planner(client: Any, resources: Resources) -> Planner:
    return Planner(Api(client, resources))


NOUNS = {"posts": (posts, Post), "users": (users, User), "tags": (tags, Tag)}
LISTS = [
    (name, field, direction)
    for name, (service, _) in NOUNS.items()
    for field in service.ORDERINGS
    for direction in ("ASC", "DESC")
]


def ordered(field: str, direction: str) -> str:
    return f"orderBy: {{field: {field}, direction: {direction}}}"


async def test_every_list_walks_along_an_index_in_every_order(planner):
    for viewer in VIEWERS:
        for name, *order in LISTS:
            query = f"{{ {name}({ordered(*order)}) {{ id }} }}"
            for plan in await planner.plans(query, by=viewer):
                assert not plan.sorts + plan.reads_whole, plan


async def test_a_list_that_leaves_some_out_walks_on_along_its_index(planner):
    for viewer in VIEWERS:
        for name in NOUNS:
            for plan in await planner.plans(f"{{ {name}(offset: 30) {{ id }} }}", by=viewer):
                assert not plan.sorts + plan.reads_whole, plan


async def test_every_page_beside_a_cursor_enters_the_index_there(planner):
    for viewer in VIEWERS:
        for name, *order in LISTS:
            cursor = await planner.cursor_amid(name, *order)
            for page in (f'first: 20, after: "{cursor}"', f'last: 20, before: "{cursor}"'):
                query = f"{{ {name}Connection({ordered(*order)}, {page}) {{ nodes {{ id }} }} }}"
                for plan in await planner.plans(query, by=viewer):
                    assert not plan.sorts + plan.reads_whole + plan.walks, plan


MOST_COMMENTED = "posts(orderBy: {field: COMMENT_COUNT})"
LISTS_OF_PARENTS = [
    "users { posts%s { title } }",
    "tags { posts%s { title } }",
    f"{MOST_COMMENTED} {{ comments%s {{ content }} }}",
]
CONNECTIONS_OF_PARENTS = [
    ("users { postsConnection%s { nodes { title } } }", "posts", "PUBLISHED_AT", "DESC"),
    ("tags { postsConnection%s { nodes { title } } }", "posts", "PUBLISHED_AT", "DESC"),
    ("users { commentsConnection%s { nodes { content } } }", "comments", "CREATED_AT", "ASC"),
    (
        f"{MOST_COMMENTED} {{ commentsConnection%s {{ nodes {{ content }} }} }}",
        "comments",
        "CREATED_AT",
        "ASC",
    ),
    (
        f"{MOST_COMMENTED} {{ comments(first: 1) {{ repliesConnection%s {{ nodes {{ id }} }} }} }}",
        "comments",
        "CREATED_AT",
        "ASC",
    ),
]


async def test_the_lists_of_twenty_parents_are_read_in_the_order_of_an_index(planner):
    for viewer in VIEWERS:
        for query in LISTS_OF_PARENTS:
            for arguments in ("", "(first: 5)", "(first: 5, offset: 10)"):
                for plan in await planner.plans(f"{{ {query % arguments} }}", by=viewer):
                    assert not plan.sorts + plan.reads_whole, plan


async def test_the_pages_of_twenty_parents_are_read_in_the_order_of_an_index(planner):
    for viewer in VIEWERS:
        for query, *order in CONNECTIONS_OF_PARENTS:
            cursor = await planner.cursor_amid(*order)
            for arguments in ("", "(first: 5)", f'(first: 5, after: "{cursor}")'):
                for plan in await planner.plans(f"{{ {query % arguments} }}", by=viewer):
                    assert not plan.sorts + plan.reads_whole, plan


async def test_pages_from_the_end_cost_sqlite_a_sort_of_the_rows_of_their_parents(planner):
    on_sqlite = planner.reader.dialect.name == "sqlite"
    for viewer in VIEWERS:
        for query, *order in CONNECTIONS_OF_PARENTS:
            cursor = await planner.cursor_amid(*order)
            for arguments in ("(last: 5)", f'(last: 5, before: "{cursor}")'):
                for plan in await planner.plans(f"{{ {query % arguments} }}", by=viewer):
                    assert not plan.reads_whole, plan
                    assert on_sqlite or not plan.sorts, plan


async def test_lists_of_parents_in_another_order_cost_a_sort_of_the_rows_of_their_parents(planner):
    orders = [(query, field) for query in LISTS_OF_PARENTS[:2] for field in posts.ORDERINGS]
    orders += [(LISTS_OF_PARENTS[2], field) for field in comments.ORDERINGS]
    for query, field in orders:
        asked = query % f"({ordered(field, 'ASC')})"
        for plan in await planner.plans(f"{{ {asked} }}", by=AUTHOR):
            assert not plan.reads_whole, plan


async def test_own_posts_are_read_in_the_order_of_an_index(planner):
    cursor = await planner.cursor_amid("posts", "UPDATED_AT", "DESC")
    for viewer in (AUTHOR, EDITOR):
        for arguments in ("", f'(first: 5, after: "{cursor}")'):
            query = f"{{ viewer {{ postsConnection{arguments} {{ nodes {{ title }} }} }} }}"
            for plan in await planner.plans(query, by=viewer):
                assert not plan.sorts + plan.reads_whole, plan


async def test_one_object_is_looked_up_by_its_id_its_name_or_its_slug(planner):
    for viewer in VIEWERS:
        for query in (
            "post(id: 3) { title author { name } }",
            "comment(id: 2003) { content post { title } parent { content } author { name } }",
            'userByUsername(username: "user9") { name }',
            'tagBySlug(slug: "tag-7") { name }',
            *(f'node(id: "{node_id(noun, 3)}") {{ id }}' for noun in BY_ID),
        ):
            for plan in await planner.plans(f"{{ {query} }}", by=viewer):
                assert not plan.sorts + plan.reads_whole + plan.walks, plan


async def test_a_post_is_looked_up_by_slugs_and_addresses_and_the_few_found_are_sorted(planner):
    for viewer in VIEWERS:
        for slug in ("post-3", "past-3", "/old/3"):
            for plan in await planner.plans(
                f'{{ postBySlug(slug: "{slug}") {{ id }} }}', by=viewer
            ):
                assert not plan.reads_whole + plan.walks, plan


async def test_the_tags_and_past_slugs_of_posts_are_looked_up_and_the_few_found_are_sorted(planner):
    for viewer in VIEWERS:
        for plan in await planner.plans("{ posts { previousSlugs tags { name } } }", by=viewer):
            # PostgreSQL may choose to read the tags whole: of a thousand it wants forty.
            assert not [step for step in plan.reads_whole if " tags" not in step], plan


REST_LISTS = (
    "/api/posts",
    "/api/posts?offset=30",
    "/api/posts?order=title&fields=slug",
    "/api/posts?order=-commentCount",
    "/api/users/7/posts",
    "/api/users/7/posts?fields=title&order=-updatedAt",
    "/api/tags/tag-7/posts",
    "/api/tags/tag-7/posts?fields=title&offset=5",
    "/api/tags?order=-postCount",
    "/api/users?order=username",
    "/api/users/7/comments",
)


async def test_the_lists_of_the_rest_api_are_read_in_the_order_of_an_index(planner):
    for viewer in VIEWERS:
        for address in REST_LISTS:
            found = await planner.plans_of_address(address, by=viewer)
            # The total in a header can only be counted.
            pages = [plan for plan in found if not plan.statement.startswith("SELECT count(")]
            assert len(pages) == len(found) - 1
            for plan in pages:
                assert not plan.sorts + plan.reads_whole, plan
