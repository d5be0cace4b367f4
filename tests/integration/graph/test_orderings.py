"""Orderings: each field, both directions, ties, and offsets."""

import pytest

from tests.factories import LONG_AGO, make_comment, make_draft, make_post, make_tag, make_user

DIRECTIONS = ("ASC", "DESC")


@pytest.fixture
def ordered(api):
    """The ids of a list in some order, by its plain field and by its connection alike."""

    async def ordered(field, type_, order, by=None):
        data = await api.data(
            f"""query ($order: {type_}) {{
              {field}(orderBy: $order) {{ id }}
              {field}Connection(orderBy: $order) {{ nodes {{ id }} }}
            }}""",
            by=by,
            order=order,
        )
        ids = [row["id"] for row in data[field]]
        assert ids == [row["id"] for row in data[f"{field}Connection"]["nodes"]]
        return [int(id_) for id_ in ids]

    return ordered


async def test_posts_in_every_order(ordered, resources):
    ana = await make_user(resources)
    days = [LONG_AGO.replace(day=day) for day in range(1, 5)]
    for title, published, created, updated, comments in [
        ("b", 3, 0, 1, 2),
        ("B", 0, 1, 1, 0),
        ("a", 1, 2, 0, 1),
        ("a", 1, 2, 3, 1),
    ]:
        await make_post(
            resources,
            ana,
            title=title,
            published_at=days[published],
            created_at=days[created],
            updated_at=days[updated],
            comment_count=comments,
        )
    ascending = {
        "PUBLISHED_AT": [2, 3, 4, 1],
        "CREATED_AT": [1, 2, 3, 4],
        "UPDATED_AT": [3, 1, 2, 4],
        "TITLE": [2, 3, 4, 1],
        "COMMENT_COUNT": [2, 3, 4, 1],
        "ID": [1, 2, 3, 4],
    }

    for field, ids in ascending.items():
        assert await ordered("posts", "PostOrder", {"field": field, "direction": "ASC"}) == ids
        for descending in ({"field": field, "direction": "DESC"}, {"field": field}):
            assert await ordered("posts", "PostOrder", descending) == ids[::-1]
    assert await ordered("posts", "PostOrder", None) == [1, 4, 3, 2]


async def test_a_draft_stands_where_it_was_begun(ordered, resources):
    ana = await make_user(resources)
    days = [LONG_AGO.replace(day=day) for day in range(1, 4)]
    await make_post(resources, ana, published_at=days[0])
    await make_draft(resources, ana, created_at=days[1])
    await make_post(resources, ana, published_at=days[2])

    order = {"field": "PUBLISHED_AT", "direction": "ASC"}
    assert await ordered("posts", "PostOrder", order, by=ana) == [1, 2, 3]


async def test_users_in_every_order(ordered, resources):
    days = [LONG_AGO.replace(day=day) for day in range(1, 4)]
    for username, created, posts in [("b", 0, 1), ("B", 2, 1), ("a", 1, 0)]:
        await make_user(resources, username=username, created_at=days[created], post_count=posts)
    ascending = {
        "USERNAME": [2, 3, 1],
        "CREATED_AT": [1, 3, 2],
        "POST_COUNT": [3, 1, 2],
        "ID": [1, 2, 3],
    }

    for field, ids in ascending.items():
        for order in ({"field": field, "direction": "ASC"}, {"field": field}):
            assert await ordered("users", "UserOrder", order) == ids
        assert (
            await ordered("users", "UserOrder", {"field": field, "direction": "DESC"}) == ids[::-1]
        )


async def test_tags_in_every_order(ordered, resources):
    for name, posts in [("b", 1), ("a", 1), ("c", 0)]:
        await make_tag(resources, name, post_count=posts)
    ascending = {"NAME": [2, 1, 3], "POST_COUNT": [3, 1, 2], "ID": [1, 2, 3]}

    for field, ids in ascending.items():
        assert await ordered("tags", "TagOrder", {"field": field}) == ids
        assert await ordered("tags", "TagOrder", {"field": field, "direction": "DESC"}) == ids[::-1]


async def test_comments_in_every_order(api, resources):
    post = await make_post(resources)
    for day in (2, 1, 1):
        await make_comment(resources, post, created_at=LONG_AGO.replace(day=day))
    query = """query ($order: CommentOrder) { post(id: 1) {
      comments(orderBy: $order) { id } commentsConnection(orderBy: $order) { nodes { id } }
    } }"""

    for field, ids in {"CREATED_AT": ["2", "3", "1"], "ID": ["1", "2", "3"]}.items():
        for direction, expected in zip(DIRECTIONS, (ids, ids[::-1]), strict=True):
            order = {"field": field, "direction": direction}
            listed = [{"id": id_} for id_ in expected]
            assert (await api.data(query, order=order))["post"] == {
                "comments": listed,
                "commentsConnection": {"nodes": listed},
            }


async def test_the_posts_of_users_and_tags_take_the_same_orders(api, resources):
    ana, tag = await make_user(resources), await make_tag(resources, "News")
    for title in ("b", "c", "a"):
        await make_post(resources, ana, title=title, tags=(tag,))
    lists = "posts(orderBy: $order) { title } postsConnection(orderBy: $order) { nodes { title } }"
    query = f"query ($order: PostOrder) {{ user(id: 1) {{ {lists} }} tag(id: 1) {{ {lists} }} }}"

    for field, letters in {"TITLE": "abc", "PUBLISHED_AT": "bca", "ID": "bca"}.items():
        for direction, expected in zip(DIRECTIONS, (letters, letters[::-1]), strict=True):
            data = await api.data(query, order={"field": field, "direction": direction})
            listed = [{"title": letter} for letter in expected]
            both = {"posts": listed, "postsConnection": {"nodes": listed}}
            assert data == {"user": both, "tag": both}, (field, direction)


async def test_an_offset_leaves_out_the_first(api, resources):
    ana, tag = await make_user(resources), await make_tag(resources, "News")
    for title in "abcde":
        post = await make_post(resources, ana, title=title, tags=(tag,))
    for _ in range(5):
        await make_comment(resources, post, ana)
    part = "(first: 2, offset: 1)"

    data = await api.data(
        f"""{{
          posts{part} {{ title }} past: posts(offset: 5) {{ title }}
          none: posts(offset: null, first: 1) {{ title }}
          user(id: 1) {{ posts{part} {{ title }} }} tag(id: 1) {{ posts{part} {{ title }} }}
          post(id: 5) {{ comments{part} {{ id }} }}
          users(offset: 1) {{ id }} tags(offset: 1) {{ id }}
        }}"""
    )

    second = [{"title": "d"}, {"title": "c"}]
    assert data == {
        "posts": second,
        "past": [],
        "none": [{"title": "e"}],
        "user": {"posts": second},
        "tag": {"posts": second},
        "post": {"comments": [{"id": "2"}, {"id": "3"}]},
        "users": [],
        "tags": [],
    }
