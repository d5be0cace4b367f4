"""Filters: which rows each of them leaves, and what is too much."""

import pytest

from graphql_blog.auth import Role
from graphql_blog.db.columns import PostStatus
from tests.factories import LONG_AGO, TOMORROW, make_draft, make_post, make_tag, make_user

POSTS = "query ($filter: PostFilter) { posts(first: 100, filter: $filter) { title } }"
USERS = "query ($filter: UserFilter) { users(first: 100, filter: $filter) { username } }"


@pytest.fixture
def titles(api):
    """The titles of the posts that a filter leaves, in the order of the alphabet."""

    async def titles(filter, by=None):
        data = await api.data(POSTS, by=by, filter=filter)
        return sorted(post["title"] for post in data["posts"])

    return titles


@pytest.fixture
def usernames(api):
    async def usernames(filter, by=None):
        data = await api.data(USERS, by=by, filter=filter)
        return [user["username"] for user in data["users"]]

    return usernames


@pytest.fixture
async def alphabet(resources):
    """Five posts called a to e by ana (a, b, c) and ben; a and b have the tag news, b and c fun."""
    ana = await make_user(resources, username="ana")
    ben = await make_user(resources, username="ben")
    news, fun = await make_tag(resources, "news"), await make_tag(resources, "fun")
    written = {"a": (ana, (news,)), "b": (ana, (news, fun)), "c": (ana, (fun,)), "d": (ben, ())}
    for day, (title, (author, tags)) in enumerate(written.items(), 1):
        at = LONG_AGO.replace(day=day)
        await make_post(
            resources,
            author,
            title=title,
            tags=tags,
            published_at=at,
            created_at=at,
            updated_at=at.replace(year=2021),
        )


LEFT = [
    (None, "abcd"),
    ({}, "abcd"),
    ({"id": None, "and": None, "or": None, "not": None}, "abcd"),
    ({"id": {"eq": "1"}}, "a"),
    ({"id": {"eq": "UG9zdDoy"}}, "b"),
    ({"id": {"eq": "nothing"}}, ""),
    ({"id": {"in": ["1", "UG9zdDoz", "99"]}}, "ac"),
    ({"id": {"in": []}}, ""),
    ({"id": {"notIn": ["1", "nothing"]}}, "bcd"),
    ({"id": {"notIn": []}}, "abcd"),
    ({"id": {"in": ["1", "2"], "notIn": ["1"]}}, "b"),
    ({"authorId": {"eq": "1"}}, "abc"),
    ({"authorId": {"notIn": ["1"]}}, "d"),
    ({"authorUsername": {"eq": "ben"}}, "d"),
    ({"authorUsername": {"notIn": ["ben"]}}, "abc"),
    ({"authorUsername": {"contains": "N"}}, "abcd"),
    ({"title": {"in": ["a", "d"]}}, "ad"),
    ({"title": {"in": []}}, ""),
    ({"tag": {"anyOf": ["news", "fun"]}}, "abc"),
    ({"tag": {"anyOf": []}}, ""),
    ({"tag": {"allOf": ["news", "fun"]}}, "b"),
    ({"tag": {"allOf": []}}, "abcd"),
    ({"tag": {"noneOf": ["news"]}}, "cd"),
    ({"tag": {"anyOf": ["fun"], "noneOf": ["news"]}}, "c"),
    ({"tag": {"anyOf": ["NEWS", "unknown"]}}, ""),
    ({"publishedAt": {"eq": "2020-01-02T12:00:00Z"}}, "b"),
    ({"publishedAt": {"eq": "2020-01-02T14:00:00+02:00"}}, "b"),
    ({"publishedAt": {"lt": "2020-01-02T12:00:00Z"}}, "a"),
    ({"publishedAt": {"lte": "2020-01-02T12:00:00Z"}}, "ab"),
    ({"publishedAt": {"gt": "2020-01-02T12:00:00Z"}}, "cd"),
    ({"publishedAt": {"gte": "2020-01-02T12:00:00Z"}}, "bcd"),
    ({"publishedAt": {"gte": "2020-01-02T12:00:00Z", "lt": "2020-01-03T12:00:00Z"}}, "b"),
    ({"publishedAt": {"isNull": True}}, ""),
    ({"publishedAt": {"isNull": False}}, "abcd"),
    ({"createdAt": {"lt": "2020-01-02T00:00:00Z"}}, "a"),
    ({"updatedAt": {"gt": "2021-01-03T00:00:00Z"}}, "cd"),
    ({"status": {"eq": "PUBLISHED"}}, "abcd"),
    ({"status": {"in": ["DRAFT", "SCHEDULED", "ARCHIVED"]}}, ""),
    ({"status": {"in": []}}, ""),
    ({"and": [{"tag": {"anyOf": ["news"]}}, {"tag": {"anyOf": ["fun"]}}]}, "b"),
    ({"and": []}, "abcd"),
    ({"or": [{"id": {"eq": "1"}}, {"title": {"eq": "d"}}]}, "ad"),
    ({"or": []}, ""),
    ({"not": {"title": {"eq": "a"}}}, "bcd"),
    ({"not": {"not": {"title": {"eq": "a"}}}}, "a"),
    ({"not": {}}, ""),
    ({"title": {"eq": "a"}, "or": [{"id": {"eq": "1"}}, {"id": {"eq": "2"}}]}, "a"),
    ({"not": {"or": [{"title": {"eq": "a"}}, {"tag": {"anyOf": ["fun"]}}]}}, "d"),
]


async def test_every_filter_leaves_what_it_says(alphabet, titles):
    for given, left in LEFT:
        assert await titles(given) == list(left), given


@pytest.fixture
async def odd_titles(resources):
    ana = await make_user(resources, username="ana")
    for title in ("100%", "100 percent", "snake_case", "snakeXcase", "back\\slash", "a/b", "Straw"):
        await make_post(resources, ana, title=title)


TEXTS = [
    ({"contains": "%"}, ["100%"]),
    ({"contains": "_"}, ["snake_case"]),
    ({"contains": "\\"}, ["back\\slash"]),
    ({"contains": "/"}, ["a/b"]),
    ({"contains": "e_c"}, ["snake_case"]),
    ({"contains": "' OR 1=1 --"}, []),
    ({"startsWith": "100"}, ["100 percent", "100%"]),
    ({"startsWith": "%"}, []),
    ({"startsWith": "STRAW"}, ["Straw"]),
    ({"startsWith": "STRAW", "caseSensitive": True}, []),
    ({"startsWith": "Straw", "caseSensitive": True}, ["Straw"]),
    ({"endsWith": "%"}, ["100%"]),
    ({"endsWith": "CASE"}, ["snakeXcase", "snake_case"]),
    ({"endsWith": "CASE", "caseSensitive": True}, []),
    ({"endsWith": "case", "caseSensitive": True}, ["snakeXcase", "snake_case"]),
    ({"contains": "xC"}, ["snakeXcase"]),
    ({"contains": "xC", "caseSensitive": True}, []),
    ({"contains": "Xc", "caseSensitive": True}, ["snakeXcase"]),
    ({"contains": "s", "startsWith": "snake", "notIn": ["snake_case"]}, ["snakeXcase"]),
    ({"eq": "straw"}, []),
    ({"eq": "Straw", "caseSensitive": None}, ["Straw"]),
]


async def test_texts_are_compared_as_they_are_and_wildcards_mean_nothing(odd_titles, titles):
    for given, left in TEXTS:
        assert await titles({"title": given}) == left, given
    assert len(await titles({"title": {"contains": ""}})) == 7


async def test_a_slug_is_filtered_like_any_text(titles, resources):
    await make_post(resources, title="One", slug="one-fine-day")
    await make_post(resources, title="Two", slug="two")

    assert await titles({"slug": {"startsWith": "one-"}}) == ["One"]


@pytest.fixture
async def in_every_state(resources):
    ana = await make_user(resources, username="ana")
    await make_draft(resources, ana, title="draft")
    await make_draft(resources, ana, title="dated", published_at=LONG_AGO)
    await make_post(resources, ana, title="scheduled", published_at=TOMORROW)
    await make_post(resources, ana, title="published")
    await make_post(resources, ana, title="archived", status=PostStatus.ARCHIVED)
    return ana


async def test_scheduled_is_what_is_published_tomorrow(in_every_state, titles):
    states = {
        "DRAFT": ["dated", "draft"],
        "SCHEDULED": ["scheduled"],
        "PUBLISHED": ["published"],
        "ARCHIVED": ["archived"],
    }
    for status, left in states.items():
        assert await titles({"status": {"eq": status}}, by=in_every_state) == left
        assert await titles({"status": {"in": [status, "DRAFT"]}}, by=in_every_state) == sorted(
            {*left, *states["DRAFT"]}
        )


async def test_no_status_is_the_opposite_of_its_negation(in_every_state, titles):
    everything = ["archived", "dated", "draft", "published", "scheduled"]
    for status in PostStatus:
        with_it = await titles({"status": {"eq": status}}, by=in_every_state)
        without = await titles({"not": {"status": {"eq": status}}}, by=in_every_state)
        assert sorted(with_it + without) == everything, status


async def test_no_instant_is_found_where_there_is_none(in_every_state, titles):
    nothing = {"publishedAt": {"isNull": True}}

    assert await titles(nothing, by=in_every_state) == ["archived", "draft"]
    assert await titles(nothing) == []
    before = {"publishedAt": {"lt": "2021-01-01T00:00:00Z"}}
    assert await titles({"not": before}, by=in_every_state) == ["archived", "draft", "scheduled"]


USERS_LEFT = [
    ({}, ["ana", "ben", "cid"]),
    ({"id": {"in": ["1", "VXNlcjoy"]}}, ["ana", "ben"]),
    ({"username": {"startsWith": "B"}}, ["ben"]),
    ({"name": {"contains": "the"}}, ["cid"]),
    ({"name": {"eq": "ana"}}, ["ana"]),
    ({"role": "READER"}, ["cid"]),
    ({"role": None}, ["ana", "ben", "cid"]),
    ({"hasPosts": True}, ["ana"]),
    ({"hasPosts": False}, ["ben", "cid"]),
    ({"role": "AUTHOR", "hasPosts": False}, ["ben"]),
]


async def test_users_are_filtered_by_what_is_public(usernames, resources):
    ana = await make_user(resources, username="ana")
    ben = await make_user(resources, username="ben")
    await make_user(resources, username="cid", display_name="Cid the Reader", role=Role.READER)
    await make_post(resources, ana)
    await make_draft(resources, ben)

    for given, left in USERS_LEFT:
        assert await usernames(given) == left, given
    assert await usernames({"hasPosts": True}, by=ben) == ["ana", "ben"]


async def test_filters_narrow_connections_and_the_posts_of_users_too(alphabet, api):
    a_or_d = {"title": {"in": ["a", "d"]}}

    data = await api.data(
        """query ($filter: PostFilter) {
          postsConnection(filter: $filter) { totalCount nodes { title } }
          user(id: 1) {
            posts(filter: $filter) { title }
            postsConnection(filter: $filter) { totalCount nodes { title } }
          }
          tag(id: 1) { postsConnection(filter: $filter) { totalCount nodes { title } } }
        }""",
        filter=a_or_d,
    )

    only_a = {"totalCount": 1, "nodes": [{"title": "a"}]}
    assert data == {
        "postsConnection": {"totalCount": 2, "nodes": [{"title": "d"}, {"title": "a"}]},
        "user": {"posts": [{"title": "a"}], "postsConnection": only_a},
        "tag": {"postsConnection": only_a},
    }


def nested(depth):
    return {"not": nested(depth - 1)} if depth else {"title": {"eq": "a"}}


async def test_a_filter_may_be_nested_three_deep(alphabet, api):
    assert (await api.data(POSTS, filter=nested(3)))["posts"] == [
        {"title": "d"},
        {"title": "c"},
        {"title": "b"},
    ]

    for deeper in (nested(4), {"and": [{"or": [nested(2)]}]}, nested(10)):
        assert await api.errors(POSTS, filter=deeper) == [
            {
                "message": "A filter may be nested 3 levels deep, not more.",
                "path": ["posts"],
                "extensions": {"code": "BAD_USER_INPUT"},
            }
        ]


async def test_a_filter_may_have_fifty_conditions(alphabet, api):
    leaves = [{"title": {"eq": "a"}}] * 49

    assert await api.data(POSTS, filter={"id": {"eq": "1"}, "or": leaves}) == {
        "posts": [{"title": "a"}]
    }

    assert await api.errors(POSTS, filter={"id": {"eq": "1"}, "or": [*leaves, leaves[0]]}) == [
        {
            "message": "A filter may have 50 conditions, not more.",
            "path": ["posts"],
            "extensions": {"code": "BAD_USER_INPUT"},
        }
    ]


async def test_an_instant_without_a_time_zone_is_refused(api):
    query = '{ posts(filter: {createdAt: {eq: "2020-01-01T12:00:00"}}) { id } }'

    (error,) = await api.errors(query)

    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert "must be an RFC 3339 instant with its time zone" in error["message"]
