"""What a change makes go, in every process before whoever wrote has the answer, and what stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from graphql_blog.auth import Role
from tests.caching import outcome
from tests.factories import make_comment, make_post, make_tag, make_user

PAGE = """query ($id: ID!) { post(id: $id) {
  title commentCount author { name } tags { name } comments { content author { name } }
} }"""
SHORT = "query ($id: ID!) { post(id: $id) { title author { name } } }"
LIST = "{ posts { title } }"


@pytest.fixture
async def edith(resources):
    return await make_user(resources, username="edith", role=Role.EDITOR)


@pytest.fixture
async def two_posts(resources):
    """Two posts by two authors, each with a tag and a comment."""
    posts = []
    for name in ("news", "fun"):
        tag = await make_tag(resources, name)
        posts.append(await make_post(resources, await make_user(resources), tags=(tag,)))
        await make_comment(resources, posts[-1])
    return posts


@pytest.fixture
def outcomes(api):
    """What becomes of the pages of both posts and of the list."""

    async def outcomes(of=api):
        asked = [(PAGE, "1"), (PAGE, "2"), (SHORT, "1"), (SHORT, "2")]
        pages = [await outcome(of, query, id=id_) for query, id_ in asked]
        return [*pages, await outcome(of, LIST), await outcome(of, "{ users { name } }")]

    return outcomes


async def change(api, edith, mutation):
    data = await api.data(f"mutation {{ {mutation} {{ errors {{ message }} }} }}", by=edith)
    assert list(data.values()) == [{"errors": []}]


@pytest.mark.parametrize(
    ("mutation", "expected"),
    [
        # The page and the short form of post 1, of post 2, the list, the users.
        ('updatePost(input: {id: "1", title: "New"})', "MISS HIT MISS HIT MISS MISS"),
        ('addComment(input: {postId: "1", content: "New"})', "MISS HIT MISS HIT MISS HIT"),
        ('createPost(input: {title: "New", content: "x"})', "HIT HIT HIT HIT MISS MISS"),
        ('deletePost(input: {id: "2"})', "MISS MISS HIT MISS MISS MISS"),
        ('unpublishPost(input: {id: "2"})', "HIT MISS HIT MISS MISS MISS"),
    ],
)
async def test_a_mutation_makes_go_what_shows_what_it_changes(
    api, edith, two_posts, outcomes, mutation, expected
):
    assert await outcomes() == ["MISS"] * 6
    assert await outcomes() == ["HIT"] * 6
    await change(api, edith, mutation)

    assert await outcomes() == expected.split()


async def test_rest_makes_go_the_same(api, edith, two_posts):
    assert await api.data(SHORT, id="1") is not None
    changed = await api.client.patch(
        "/api/posts/1", json={"title": "By REST"}, headers=api.headers(edith)
    )
    assert changed.status_code == 200

    assert (await api.data(SHORT, id="1"))["post"]["title"] == "By REST"


async def test_other_processes_have_forgotten_before_the_answer(api, other, edith, two_posts):
    for number in range(10):
        for reader in (api, other):
            await reader.data(SHORT, id="1")
            assert await outcome(reader, SHORT, id="1") == "HIT"
        title = f"Title {number}"
        writer, reader = (api, other) if number % 2 else (other, api)
        await change(writer, edith, f'updatePost(input: {{id: "1", title: "{title}"}})')

        assert (await reader.data(SHORT, id="1"))["post"]["title"] == title
        assert (await writer.data(SHORT, id="1"))["post"]["title"] == title


async def test_what_sql_changes_by_hand_is_seen_by_all(api, other, two_posts):
    """As a person does it who never heard of this cache, on the same engine or on another."""
    for reader in (api, other):
        await reader.data(SHORT, id="1")
    async with other.resources.transaction() as session:
        await session.execute(text("UPDATE posts SET title = 'By hand' WHERE id = 1"))

    for reader in (api, other):
        assert (await reader.data(SHORT, id="1"))["post"]["title"] == "By hand"


async def test_what_is_undone_makes_nothing_go(api, resources, two_posts):
    await api.data(SHORT, id="1")

    async def change_and_fail():
        async with resources.transaction() as session:
            await session.execute(text("UPDATE posts SET title = 'Never' WHERE id = 1"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()
    assert await outcome(api, SHORT, id="1") == "HIT"


async def test_what_was_not_there_is_found_when_it_comes(api, edith):
    queries = [
        '{ post(id: "1") { title } }',
        '{ postBySlug(slug: "new") { title } }',
        '{ tagBySlug(slug: "fresh") { name } }',
        '{ userByUsername(username: "zoe") { name } }',
        '{ nodes(ids: ["UG9zdDox"]) { id } }',
        "{ postAggregate { count byTag { tag { name } } } }",
    ]
    before = [await api.data(query) for query in queries]
    await make_user(api.resources, username="zoe")
    await change(api, edith, 'createPost(input: {title: "New", content: "x", tags: ["fresh"]})')
    after = [await api.data(query) for query in queries]

    assert before == [
        {"post": None},
        {"postBySlug": None},
        {"tagBySlug": None},
        {"userByUsername": None},
        {"nodes": [None]},
        {"postAggregate": {"count": 0, "byTag": []}},
    ]
    assert after == [
        {"post": {"title": "New"}},
        {"postBySlug": {"title": "New"}},
        {"tagBySlug": {"name": "fresh"}},
        {"userByUsername": {"name": "zoe"}},
        {"nodes": [{"id": "1"}]},
        {"postAggregate": {"count": 1, "byTag": [{"tag": {"name": "fresh"}}]}},
    ]


async def test_a_scheduled_post_is_seen_when_its_time_comes_and_not_before(api, edith):
    at = datetime.now(UTC) + timedelta(seconds=0.7)
    scheduled = f'status: SCHEDULED, publishAt: "{at.isoformat()}"'
    await change(api, edith, f'createPost(input: {{title: "Soon", content: "x", {scheduled}}})')
    shown = {
        LIST: [{"posts": []}, {"posts": [{"title": "Soon"}]}],
        '{ post(id: "1") { id } }': [{"post": None}, {"post": {"id": "1"}}],
        '{ postBySlug(slug: "soon") { id } }': [{"postBySlug": None}, {"postBySlug": {"id": "1"}}],
        "{ postAggregate { count } }": [{"postAggregate": {"count": n}} for n in (0, 1)],
        "{ users { postCount } }": [{"users": [{"postCount": n}]} for n in (0, 1)],
    }
    while datetime.now(UTC) < at + timedelta(seconds=0.1):
        for query, (before, after) in shown.items():
            asked = datetime.now(UTC)
            response = await api.post(query)
            if asked >= at:
                assert response.json()["data"] == after
            elif datetime.now(UTC) < at:
                assert response.json()["data"] == before

    for query, (_, after) in shown.items():
        assert await api.data(query) == after
        assert await outcome(api, query) == "HIT"


async def test_whoever_wants_to_know_is_told_of_each_commit_once(api, other, edith, two_posts):
    told, told_elsewhere = [], []
    api.resources.invalidation.told.append(told.append)
    other.resources.invalidation.told.append(told_elsewhere.append)
    await change(api, edith, 'addComment(input: {postId: "1", content: "New"})')

    expected = {"Comment.list", "Comment.post_id:1", "Post.list", "Post:1", "Post.author_id"}
    assert told == [expected | {f"Comment.author_id:{edith.id}"}]
    assert told_elsewhere == []
