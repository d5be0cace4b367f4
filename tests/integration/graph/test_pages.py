"""Pages: how many entries, which ones, and where the list goes on."""

import pytest

from tests.factories import make_comment, make_post, make_tag, make_user


def refused_size(name, size):
    return {
        "message": f"`{name}` must be between 1 and 100, not {size}:"
        " read a long list page by page.",
        "extensions": {"code": "PAGE_SIZE_EXCEEDED", "value": size, "limit": 100},
    }


SELECTIONS = [
    ("first", "posts({}) {{ id }}"),
    ("first", "users({}) {{ id }}"),
    ("first", "tags({}) {{ id }}"),
    ("first", "postsConnection({}) {{ totalCount }}"),
    ("last", "usersConnection({}) {{ totalCount }}"),
    ("last", "tagsConnection({}) {{ totalCount }}"),
    ("first", "user(id: 1) {{ posts({}) {{ id }} }}"),
    ("last", "user(id: 1) {{ postsConnection({}) {{ totalCount }} }}"),
    ("first", "user(id: 1) {{ commentsConnection({}) {{ totalCount }} }}"),
    ("first", "post(id: 1) {{ comments({}) {{ id }} }}"),
    ("last", "post(id: 1) {{ commentsConnection({}) {{ totalCount }} }}"),
    ("first", "comment(id: 1) {{ repliesConnection({}) {{ totalCount }} }}"),
    ("first", "tag(id: 1) {{ posts({}) {{ id }} }}"),
    ("first", "viewer {{ postsConnection({}) {{ totalCount }} }}"),
]


async def test_a_page_of_a_senseless_size_is_refused_everywhere_before_anything_is_read(
    api, statements
):
    for name, selection in SELECTIONS:
        for size in (0, -1, 101, 2**31 - 1):
            written = selection.format(f"{name}: {size}")
            assert await api.errors(f"{{ {written} }}") == [refused_size(name, size)]
            by_variable = f"query ($n: Int) {{ {selection.format(name + ': $n')} }}"
            assert await api.errors(by_variable, n=size) == [refused_size(name, size)]
    assert statements == []


async def test_a_page_of_one_or_a_hundred_is_answered_everywhere(api):
    for name, selection in SELECTIONS:
        for size in (1, 100):
            await api.data(f"{{ {selection.format(f'{name}: {size}')} }}")


async def test_a_default_value_of_a_variable_counts_like_a_value(api):
    query = "query ($n: Int = 101) { posts(first: $n) { id } }"

    assert await api.errors(query) == [refused_size("first", 101)]
    assert await api.data(query, n=1) == {"posts": []}


async def test_a_page_size_in_a_fragment_counts_too(api):
    query = "{ ...Home } fragment Home on Query { posts(first: 101) { id } }"

    assert await api.errors(query) == [refused_size("first", 101)]


async def test_a_number_over_32_bits_is_no_number_for_graphql(api):
    (error,) = await api.errors("query ($n: Int) { posts(first: $n) { id } }", n=2**31)

    assert error["extensions"] == {"code": "PAGE_SIZE_EXCEEDED", "value": 2**31, "limit": 100}


async def test_a_page_has_one_direction(api):
    query = "{ postsConnection(first: 1, last: 1) { totalCount } }"

    assert await api.errors(query) == [
        {
            "message": "Give either `first` or `last`, not both.",
            "extensions": {"code": "BAD_USER_INPUT"},
        }
    ]
    assert await api.data("{ postsConnection(first: 1, last: null) { totalCount } }") == {
        "postsConnection": {"totalCount": 0}
    }


async def test_an_offset_is_not_negative(api):
    for asked in ("{ posts(offset: -1) { id } }", "{ user(id: 1) { posts(offset: -1) { id } } }"):
        assert await api.errors(asked) == [
            {
                "message": "`offset` must be 0 or more, not -1.",
                "extensions": {"code": "BAD_USER_INPUT"},
            }
        ]


@pytest.fixture
async def many(resources):
    """21 posts by ana with the tag news, and 21 comments on the first of them."""
    ana, news = await make_user(resources, username="ana"), await make_tag(resources, "news")
    posts = [await make_post(resources, ana, tags=(news,)) for _ in range(21)]
    for _ in range(21):
        await make_comment(resources, posts[0], ana)
    return posts


def notice(*path):
    return {
        "path": list(path),
        "code": "TRUNCATED",
        "returned": 20,
        "use": f"{path[-1]}Connection",
    }


async def test_a_list_cut_at_its_default_says_so(api, many):
    body = await api.body("{ posts { id } }")

    assert [post["id"] for post in body["data"]["posts"]] == [str(n) for n in range(21, 1, -1)]
    assert body["extensions"] == {"notices": [notice("posts")]}


async def test_nested_lists_cut_at_their_default_say_so_by_their_path(api, many):
    body = await api.body(
        """{
          latest: posts(first: 1) { id }
          first: user(id: 1) { written: posts { id } }
          tag(id: 1) { posts { id } }
          post(id: 1) { comments { id } }
        }"""
    )

    assert sorted(body["extensions"]["notices"], key=lambda found: found["path"]) == [
        {**notice("first", "written"), "use": "postsConnection"},
        notice("post", "comments"),
        notice("tag", "posts"),
    ]


async def test_a_list_cut_on_request_is_silent_and_null_is_no_request(api, many):
    for asked in ("posts(first: 20)", "posts(first: 1)", "posts(offset: 1)", "posts(first: 21)"):
        assert list(await api.body(f"{{ {asked} {{ id }} }}")) == ["data"], asked
    by_variable = "query ($n: Int) { posts(first: $n) { id } }"
    assert list(await api.body(by_variable, n=20)) == ["data"]
    # A variable that is not given is as good as none.
    assert (await api.body(by_variable))["extensions"] == {"notices": [notice("posts")]}
    assert (await api.body(by_variable, n=None))["extensions"] == {"notices": [notice("posts")]}
    body = await api.body("{ posts(first: null) { id } }")
    assert body["extensions"] == {"notices": [notice("posts")]}


async def test_a_list_that_just_fits_is_silent(api, resources):
    ana = await make_user(resources)
    for _ in range(20):
        await make_post(resources, ana)

    body = await api.body("{ posts { id } user(id: 1) { posts { id } } }")

    assert list(body) == ["data"]
    assert len(body["data"]["posts"]) == len(body["data"]["user"]["posts"]) == 20


PAGE = """query ($first: Int, $after: String, $last: Int, $before: String) {
  postsConnection(first: $first, after: $after, last: $last, before: $before) {
    totalCount
    edges { cursor node { id } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


@pytest.fixture
def page(api):
    """The ids on a page of posts, its count, and its pageInfo."""

    async def page(**arguments):
        found = (await api.data(PAGE, **arguments))["postsConnection"]
        edges, info = found["edges"], found["pageInfo"]
        assert [edge["node"] for edge in edges] == found["nodes"]
        assert info.pop("startCursor") == (edges[0]["cursor"] if edges else None)
        assert info.pop("endCursor") == (edges[-1]["cursor"] if edges else None)
        ids = [int(edge["node"]["id"]) for edge in edges]
        return ids, {**info, "totalCount": found["totalCount"]}, edges

    return page


def at(has_next, has_previous, total):
    return {"hasNextPage": has_next, "hasPreviousPage": has_previous, "totalCount": total}


async def test_a_page_without_arguments_is_the_first_twenty(many, page):
    ids, info, _ = await page()

    assert ids == list(range(21, 1, -1))
    assert info == at(has_next=True, has_previous=False, total=21)


async def test_pages_follow_each_other_in_both_directions(many, page):
    first, info, edges = await page(first=8)
    assert first == list(range(21, 13, -1))
    assert info == at(has_next=True, has_previous=False, total=21)

    second, info, edges = await page(first=8, after=edges[-1]["cursor"])
    assert second == list(range(13, 5, -1))
    assert info == at(has_next=True, has_previous=True, total=21)

    third, info, edges = await page(first=8, after=edges[-1]["cursor"])
    assert third == list(range(5, 0, -1))
    assert info == at(has_next=False, has_previous=True, total=21)

    back, info, _ = await page(last=8, before=edges[0]["cursor"])
    assert back == second
    assert info == at(has_next=True, has_previous=True, total=21)


async def test_the_last_page_is_in_the_order_of_the_list(many, page):
    ids, info, _ = await page(last=3)

    assert ids == [3, 2, 1]
    assert info == at(has_next=False, has_previous=True, total=21)


async def test_a_page_can_end_before_a_cursor_and_begin_after_another(many, page):
    _, _, edges = await page(first=10)

    between, _, _ = await page(first=5, after=edges[2]["cursor"], before=edges[5]["cursor"])
    assert between == [18, 17]
    assert (await page(last=1, after=edges[2]["cursor"], before=edges[5]["cursor"]))[0] == [17]


async def test_beyond_the_end_there_is_an_empty_page(many, page):
    _, _, edges = await page(last=1)

    ids, info, _ = await page(first=5, after=edges[0]["cursor"])

    assert ids == []
    assert info == at(has_next=False, has_previous=True, total=21)


async def test_a_nested_connection_pages_for_each_parent_by_itself(api, resources):
    ana, ben = await make_user(resources), await make_user(resources)
    for author in (ana, ben, ana, ben, ana, ana):
        await make_post(resources, author)
    query = """query ($after: String) { users(orderBy: {field: ID}) {
      postsConnection(first: 2, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { id }
      }
    } }"""

    first = [user["postsConnection"] for user in (await api.data(query))["users"]]
    after = first[0]["pageInfo"]["endCursor"]
    second = [user["postsConnection"] for user in (await api.data(query, after=after))["users"]]

    assert [page["totalCount"] for page in first] == [4, 2]
    assert [page["pageInfo"]["hasNextPage"] for page in first] == [True, False]
    assert [ids_of(page) for page in first] == [[6, 5], [4, 2]]
    # A cursor is a place in the order: what stands after it differs from parent to parent.
    assert [page["totalCount"] for page in second] == [4, 2]
    assert [ids_of(page) for page in second] == [[3, 1], [4, 2]]


def ids_of(page):
    return [int(node["id"]) for node in page["nodes"]]


async def test_replies_and_comments_of_users_are_paged_oldest_first(api, resources):
    post, ana = await make_post(resources), await make_user(resources)
    top = await make_comment(resources, post)
    replies = [await make_comment(resources, post, ana, parent_id=top.id) for _ in range(3)]
    listed = "(first: 2) { totalCount pageInfo { hasNextPage } nodes { id } }"

    data = await api.data(
        f"""query ($user: ID!) {{
          comment(id: 1) {{ repliesConnection{listed} }}
          user(id: $user) {{ commentsConnection{listed} }}
        }}""",
        user=ana.id,
    )

    page = {
        "totalCount": 3,
        "pageInfo": {"hasNextPage": True},
        "nodes": [{"id": str(reply.id)} for reply in replies[:2]],
    }
    assert data == {"comment": {"repliesConnection": page}, "user": {"commentsConnection": page}}
