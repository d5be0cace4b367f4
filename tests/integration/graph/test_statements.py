"""What each query costs: how many statements, and which columns they read."""

import pytest

from graphql_blog.auth import Role
from tests.asking import columns_of
from tests.factories import make_comment, make_draft, make_post, make_tag, make_user


@pytest.fixture
async def fifty_posts(resources):
    """50 posts by two authors with two tags, and six comments on every one."""
    authors = [await make_user(resources) for _ in range(2)]
    readers = [await make_user(resources, role=Role.READER) for _ in range(2)]
    tags = (await make_tag(resources, "news"), await make_tag(resources, "fun"))
    for number in range(50):
        post = await make_post(resources, authors[number % 2], tags=tags[: number % 3])
        for _ in range(6):
            await make_comment(resources, post, readers[number % 2])


@pytest.fixture
def cost(api, statements):
    """The columns that each statement of a query reads."""

    async def cost(query, *, by=None, **variables):
        statements.clear()
        await api.data(query, by=by, **variables)
        return [columns_of(sql) for sql in statements]

    return cost


async def test_the_first_query_of_all_reads_one_row_of_two_tables(cost, resources):
    await make_post(resources)

    assert await cost('query { post(id: "1") { title content author { name } } }') == [
        {"posts.id", "posts.title", "posts.content", "posts.author_id"},
        {"users.id", "users.name"},
    ]


async def test_fifty_posts_with_author_tags_and_comments_cost_five_statements(cost, fifty_posts):
    spent = await cost(
        """{ posts(first: 50) {
          title
          author { name }
          tags { name }
          comments(first: 5) { content author { name } }
        } }"""
    )

    assert spent[0] == {"posts.id", "posts.title", "posts.author_id"}
    assert sorted(map(sorted, spent[1:])) == [
        [
            "comments.author_id",
            "comments.content",
            "comments.id",
        ],
        ["tags.id", "tags.name"],
        ["users.id", "users.name"],
        ["users.id", "users.name"],
    ]


async def test_titles_alone_leave_the_long_text_where_it_is(cost, resources):
    await make_post(resources)

    assert await cost("{ posts { title } }") == [{"posts.id", "posts.title"}]


async def test_the_name_of_a_type_needs_no_column_but_the_id(cost, resources):
    await make_post(resources)

    assert await cost("{ posts { __typename } }") == [{"posts.id"}]


async def test_computed_fields_read_what_they_are_made_of(cost, resources):
    await make_post(resources)
    source = {"posts.content", "posts.content_format"}

    for field, columns in {
        "contentHtml": source,
        "wordCount": source,
        "excerpt": {*source, "posts.excerpt"},
        "status": {"posts.status", "posts.published_at"},
        "nodeId": set(),
        "restUrl": set(),
        "viewerCanUpdate": {"posts.author_id"},
        "seo { metaTitle }": {"posts.meta_title", "posts.title"},
        "seo { noIndex canonicalUrl }": {"posts.no_index", "posts.canonical_url"},
    }.items():
        assert await cost(f"{{ posts {{ {field} }} }}") == [{"posts.id", *columns}], field


async def test_a_connection_reads_what_its_cursors_are_made_of(cost, resources):
    await make_post(resources)

    for selection in ("nodes { title }", "edges { cursor node { title } }"):
        assert await cost(f"{{ postsConnection {{ {selection} }} }}") == [
            {"posts.id", "posts.listed_at", "posts.title"}
        ]
    assert await cost("{ postsConnection(orderBy: {field: TITLE}) { edges { cursor } } }") == [
        {"posts.id", "posts.title"}
    ]


async def test_the_total_is_counted_only_when_asked_for_and_then_alone(cost, resources):
    await make_post(resources)
    page, count = {"posts.id", "posts.listed_at"}, {"posts.count_1"}

    assert await cost("{ postsConnection { nodes { id } } }") == [page]
    assert await cost("{ postsConnection { nodes { id } totalCount } }") == [page, count]
    assert await cost("{ postsConnection { totalCount } }") == [count]
    # Not what the document says, but what it asks for.
    query = "query ($yes: Boolean!) { postsConnection { nodes { id } totalCount @skip(if: $yes) } }"
    assert await cost(query, yes=True) == [page]


async def test_a_connection_of_many_parents_is_one_statement_and_one_more_for_the_counts(
    cost, fifty_posts
):
    spent = await cost(
        """{ posts(first: 50) {
          commentsConnection(first: 2) { totalCount pageInfo { hasNextPage } nodes { content } }
        } }"""
    )

    assert spent == [
        {"posts.id"},
        {"comments.post_id", "comments.count_1"},
        {
            "comments.id",
            "comments.content",
            "comments.created_at",
        },
    ]


COUNTS = [
    ("{ tags { posts { title } } }", 2),
    ("{ tags { postCount } }", 2),
    ("{ tags { postsConnection(first: 2) { nodes { title } } } }", 2),
    ("{ users { posts { title } } }", 2),
    ("{ users { postCount } }", 2),
    ("{ users { posts(first: 5) { author { posts(first: 5) { title } } } } }", 4),
    ("{ users { commentsConnection { nodes { post { title } } } } }", 3),
    ("{ posts { commentCount previousSlugs } }", 3),
    ("{ posts { comments(first: 3) { replies: repliesConnection { nodes { id } } } } }", 3),
    ("{ posts { comments { parent { id } post { author { name } } } } }", 5),
    ("{ posts { a: author { name } b: author { name } } }", 2),
    ("{ posts { a: author { name } b: author { bio } } }", 3),
    ("{ a: posts { id } b: posts { id } }", 2),
    ("{ posts { author { name } author { username } } }", 2),
    ("{ posts { ...P } } fragment P on Post { author { ...U } } fragment U on User { name }", 2),
    ("{ posts { ... on Node { id } ... on Post { author { name } } } }", 2),
    ("{ posts { author @include(if: false) { name } tags @skip(if: true) { name } } }", 1),
    ("{ posts { comments(first: 1) { id } more: comments(first: 2) { id } } }", 3),
    ("{ post(id: 1) { id } again: post(id: 1) { id } other: post(id: 2) { id } }", 1),
    ('{ user(id: 1) { name } userByUsername(username: "x") { name } }', 2),
    ("{ viewer { email } __typename }", 0),
    ("{ __schema { types { name } } }", 0),
]


async def test_the_number_of_statements_does_not_grow_with_the_rows(resources, cost):
    ana, news = await make_user(resources), await make_tag(resources, "news")
    for _ in range(3):
        post = await make_post(resources, ana, tags=(news,))
        comment = await make_comment(resources, post, ana)
        await make_comment(resources, post, ana, parent_id=comment.id)

    for query, count in COUNTS:
        assert len(await cost(query)) == count, query


async def test_columns_are_read_through_fragments_and_not_when_skipped(cost, resources):
    await make_post(resources)

    assert await cost(
        """query ($yes: Boolean!, $no: Boolean!) {
          posts {
            ...Named
            ... on Timestamped { createdAt }
            ... on Post @include(if: $no) { content }
            ... @skip(if: $no) { slug }
            version @skip(if: $yes)
            permalink @include(if: $yes) @skip(if: $no)
          }
        }
        fragment Named on Node { id ... on Post { title } ... on User { name } }""",
        yes=True,
        no=False,
    ) == [{"posts.id", "posts.title", "posts.created_at", "posts.slug", "posts.permalink"}]


async def test_a_node_reads_the_columns_of_its_own_type_alone(cost, resources):
    await make_post(resources)

    spent = await cost(
        """{ nodes(ids: ["UG9zdDox", "VXNlcjox"]) {
          ... on Post { title } ... on User { bio } ... on Timestamped { createdAt }
        } }"""
    )

    assert sorted(map(sorted, spent)) == [
        ["posts.created_at", "posts.id", "posts.title"],
        ["users.bio", "users.id"],
    ]


async def test_being_known_costs_one_statement(cost, resources):
    ana = await make_user(resources)
    await make_draft(resources, ana)

    assert await cost("{ posts { title } }", by=ana) == [
        {"users.username", "users.role"},
        {"posts.id", "posts.title"},
    ]


async def test_secrets_are_read_where_they_are_needed_alone(cost, resources, statements):
    ana = await make_user(resources)
    await make_post(resources, ana)

    await cost("{ users { name posts { author { bio } } } viewer { user { name } } }", by=ana)
    assert not [sql for sql in statements if "email" in sql or "password" in sql]

    await cost("{ viewer { email } }", by=ana)
    assert not [sql for sql in statements if "password" in sql]
