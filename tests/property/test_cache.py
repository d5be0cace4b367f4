"""Whatever is written and read, in two processes: what is kept is what would be executed now."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from graphql_blog.auth import Role
from graphql_blog.db.models import User
from graphql_blog.settings import Settings
from tests.asking import Api
from tests.caching import serving
from tests.factories import make_comment, make_post, make_tag, make_user

POST = "{ id title slug previousSlugs version status tags { name } author { name postCount } }"
COMMENTS = "nodes { content author { name } parent { id } post { title } }"
QUERIES = (
    f"{{ posts {POST} }}",
    f'{{ post(id: "1") {POST} other: post(id: "3") {{ title }} }}',
    f'{{ post(id: "2") {{ commentCount commentsConnection {{ totalCount {COMMENTS} }} }} }}',
    '{ post(id: "1") { comments { content } relatedPosts { title } } }',
    f'{{ postBySlug(slug: "slug-1") {POST} }}',
    '{ tagBySlug(slug: "news") { name postCount posts { title } } }',
    '{ tagBySlug(slug: "fun") { postsConnection { totalCount nodes { title } } } }',
    f'{{ userByUsername(username: "ana") {{ posts {POST} commentsConnection {{ {COMMENTS} }} }} }}',
    "{ users { name role postCount posts { title } } }",
    "{ usersConnection(filter: {hasPosts: true}) { totalCount nodes { username } } }",
    '{ posts(filter: {tag: {anyOf: ["news"]}}, orderBy: {field: COMMENT_COUNT}) { title } }',
    "{ tags { name postCount } }",
    '{ posts(filter: {authorUsername: {eq: "ana"}}) { title } }',
    '{ users { posts(filter: {tag: {noneOf: ["fun"]}}) { title } } }',
    "{ postAggregate { count byStatus { status count } byTag { tag { name } count } } }",
    '{ comment(id: "1") { content repliesConnection { totalCount nodes { content } } } }',
    "{ viewer { email user { name } postsConnection { totalCount nodes { title status } } } }",
    '{ nodes(ids: ["UG9zdDoy", "Q29tbWVudDox", "VXNlcjoy"]) { id nodeId } }',
)
MUTATIONS = (
    'createPost(input: {{title: "{word}", content: "x", slug: "slug-{n}", tags: ["{tag}"]}})',
    'createPost(input: {{title: "{word}", content: "x", status: DRAFT}})',
    'updatePost(input: {{id: "{n}", title: "{word}"}})',
    'updatePost(input: {{id: "{n}", tags: ["{tag}", "{word}"]}})',
    'updatePost(input: {{id: "{n}", slug: "slug-{m}"}})',
    'publishPost(input: {{id: "{n}"}})',
    'publishPost(input: {{id: "{n}", at: "2999-01-01T00:00:00Z"}})',
    'unpublishPost(input: {{id: "{n}"}})',
    'deletePost(input: {{id: "{n}"}})',
    'addComment(input: {{postId: "{n}", content: "{word}"}})',
    'addComment(input: {{postId: "{n}", content: "{word}", parentId: "{m}"}})',
    'register(input: {{username: "{word}{n}{m}", email: "{word}{n}{m}@example.com"}})',
)

process = st.integers(0, 1)
small = st.integers(1, 4)
word = st.sampled_from(["alpha", "beta", "gamma"])
tag = st.sampled_from(["news", "fun", "new"])
values = st.fixed_dictionaries({"n": small, "m": small, "word": word, "tag": tag})
changes = st.tuples(process, st.sampled_from(MUTATIONS), values)
looks = st.tuples(process, st.sampled_from(QUERIES), st.integers(0, 2))
steps = st.lists(st.one_of(looks, looks, looks, changes), min_size=5, max_size=25)


@dataclass
class Blog:
    """A blog that two processes serve, and who reads it."""

    processes: tuple[Api, Api]
    viewers: tuple[User | None, User, User]
    outcomes: Counter[str]

    async def change(self, process: int, mutation: str, values: dict[str, Any]) -> None:
        query = f"mutation {{ {mutation.format(**values)} {{ errors {{ message }} }} }}"
        await self.processes[process].data(query, by=self.viewers[2])

    async def look(self, process: int, query: str, viewer: int) -> None:
        api, by = self.processes[process], self.viewers[viewer]
        kept = await api.post(query, by=by)
        now = await api.post(query, by=by, headers={"Cache-Control": "no-cache"})

        assert now.headers["x-cache"] == "BYPASS"
        assert "errors" not in now.json()
        assert kept.json() == now.json(), kept.headers["x-cache"]
        self.outcomes[kept.headers["x-cache"]] += 1


@pytest.fixture
async def blog(settings: Settings, store_url: str | None) -> AsyncIterator[Blog]:
    place = {"cache": "redis", "redis_url": store_url} if store_url else {"cache": "memory"}
    caching = settings.load(**{**settings.model_dump(), **place})
    async with serving(caching) as one, serving(caching) as other:
        resources = one.resources
        ana = await make_user(resources, username="ana")
        edith = await make_user(resources, username="edith", role=Role.EDITOR)
        tags = (await make_tag(resources, "news"), await make_tag(resources, "fun"))
        for author in (ana, edith, ana):
            await make_comment(resources, await make_post(resources, author, tags=tags), ana)
        made = Blog((one, other), (None, ana, edith), Counter())
        yield made
        assert made.outcomes["HIT"] > 10
        assert made.outcomes["MISS"] > 10


@pytest.fixture(params=["memory", "redis"])
def store_url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("valkey").url if request.param == "redis" else None


# The database is the same for all examples of a test: each goes on from the one before.
@hypothesis_settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
async def test_what_is_kept_is_what_would_be_executed_now(blog: Blog, steps: list[Any]) -> None:
    for process, text, more in steps:
        if isinstance(more, dict):
            await blog.change(process, text, more)
        else:
            await blog.look(process, text, more)
