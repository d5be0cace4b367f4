"""The requests of REST that are derived from a query."""

import pytest
from graphql import parse

from graphql_blog.compare.rest import rest_ways
from graphql_blog.compare.wanted import read
from graphql_blog.errors import BadRequest
from graphql_blog.graph.schema import build_schema

SCHEMA = build_schema()._schema
POSTS = "/api/posts"


def derived(query, **variables):
    """Of either way: depth, method and path of each step; and the notes."""
    document = parse(query)
    wanted = read(SCHEMA, document, variables, document.definitions[0])
    plain, best = (
        [f"{step.depth} {step.method} {step.path}" for step in way.steps]
        for way in rest_ways(wanted)
    )
    return plain, best, list(wanted.notes)


def shown(query):
    document = parse(query)
    wanted = read(SCHEMA, document, {}, document.definitions[0])
    return [[list(step.shown) for step in way.steps] for way in rest_ways(wanted)]


def test_whole_objects_and_what_they_say_belongs_to_them():
    plain, best, notes = derived(
        "query ($id: ID!) { post(id: $id) { title author { name } tags { name }"
        " comments(first: 5) { content author { name } } } }",
        id="7",
    )

    assert plain == [
        "1 GET /api/posts/7",
        "2 GET /api/users/{authorId}",
        "2 GET /api/posts/{id}/tags",
        "2 GET /api/posts/{id}/comments?limit=5",
        "3 GET /api/users/{authorId}",
    ]
    assert best == [
        "1 GET /api/posts/7?fields=title,author.name,tags.name,comments.content,"
        "comments.author.name&comments.limit=5"
    ]
    assert notes == []


def test_numbers_are_counted_without_the_entries():
    plain, best, notes = derived("{ posts(first: 10) { title commentCount } }")

    assert plain == ["1 GET /api/posts?limit=10", "2 HEAD /api/posts/{id}/comments?limit=1"]
    assert best == ["1 GET /api/posts?limit=10&fields=title,commentCount"]
    assert notes == []


def test_a_total_alone_is_asked_for_alone():
    plain, best, _ = derived("{ postsConnection { totalCount } }")

    assert plain == best == ["1 HEAD /api/posts?limit=1"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("{ posts { id } }", "/api/posts"),
        ("{ posts(first: 20, offset: 0) { id } }", "/api/posts"),
        ("{ posts(first: 5, offset: 10) { id } }", "/api/posts?limit=5&offset=10"),
        ("{ posts(orderBy: { field: TITLE, direction: ASC }) { id } }", "/api/posts?order=title"),
        ("{ posts(orderBy: { field: PUBLISHED_AT }) { id } }", "/api/posts"),
        ("{ posts(orderBy: { field: UPDATED_AT }) { id } }", "/api/posts?order=-updatedAt"),
        ('{ posts(filter: { tag: { anyOf: ["a b"] } }) { id } }', "/api/posts?tag=a+b"),
        ('{ posts(filter: { authorId: { eq: "2" } }) { id } }', "/api/posts?author=2"),
        ("{ posts(filter: { status: { eq: DRAFT } }) { id } }", "/api/posts?status=DRAFT"),
        ("{ postsConnection(first: 3) { nodes { id } } }", "/api/posts?limit=3"),
        ("{ users(orderBy: { field: NAME }) { id } }", "/api/users?order=name"),
        ('{ post(id: "UG9zdDox") { id } }', "/api/posts/1"),
        ('{ node(id: "UG9zdDox") { ... on Post { title } } }', "/api/posts/1"),
        ('{ postBySlug(slug: "a/b c") { id } }', "/api/posts/by-slug/a%2Fb%20c"),
        ('{ userByUsername(username: "ana") { id } }', "/api/users/by-username/ana"),
        ('{ tagBySlug(slug: "bread") { id } }', "/api/tags/bread"),
        ("{ tags { id } }", "/api/tags"),
        ("{ users(first: 3) { id } }", "/api/users?limit=3"),
        ("{ viewer { username } }", "/api/me"),
        ("query ($n: Int = 4) { posts(first: $n) { id } }", "/api/posts?limit=4"),
        (
            "query ($a: Int, $b: Int) { postsConnection(first: $a, last: $b) { nodes { id } } }",
            POSTS,
        ),
        ("query ($u: String) { posts(filter: { authorUsername: { eq: $u } }) { id } }", POSTS),
        ('{ posts(filter: { authorId: { eq: "VXNlcjoy" } }) { id } }', "/api/posts?author=2"),
    ],
)
def test_fields_of_the_query_have_addresses(query, path):
    plain, _, notes = derived(query)

    assert plain == [f"1 GET {path}"]
    assert notes == []


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("{ postAggregate { count } }", "REST has no address for `postAggregate`."),
        (
            '{ posts(filter: { title: { contains: "a" } }) { id } }',
            "REST has no parameter for the filter `title.contains`, and fetches without.",
        ),
        (
            "{ postsConnection(last: 3) { nodes { id } } }",
            "REST counts from the front alone: its first page stands for the last.",
        ),
        (
            "{ posts { comments(first: 3, offset: 2) { id } } }",
            "REST has no `offset` for the comments of a Post.",
        ),
        (
            "{ posts { a: comments(first: 3) { id } b: comments(first: 4) { content } } }",
            "Of several lists of comments REST is asked for the first one.",
        ),
        (
            "{ posts { contentHtml } }",
            "A whole Post of REST has no `contentHtml`: it is left out of REST as commonly"
            " written.",
        ),
    ],
)
def test_what_rest_does_not_have_is_said(query, note):
    assert derived(query)[2] == [note]


def test_connections_fragments_and_directives_are_seen_through():
    plain, best, notes = derived(
        "query ($no: Boolean = false) { p: postsConnection(first: 2) { totalCount"
        " edges { cursor node { ...F } } nodes { slug @skip(if: true) } pageInfo { endCursor } }"
        " tags @include(if: $no) { name } }"
        " fragment F on Post { __typename nodeId ... on Node { id }"
        " c: commentsConnection(first: 3) { totalCount nodes { content } } }"
    )

    assert plain == ["1 GET /api/posts?limit=2", "2 GET /api/posts/{id}/comments?limit=3"]
    assert best == [
        "1 GET /api/posts?limit=2&fields=id,commentCount,comments.content&comments.limit=3"
    ]
    assert notes == []


def test_what_is_too_deep_for_one_request_takes_another():
    _, best, _ = derived(
        "{ posts { author { posts(first: 3) { comments { author { name } } } } } }"
    )

    assert best == [
        "1 GET /api/posts?fields=author.posts.comments.authorId&author.posts.limit=3",
        "2 GET /api/users/{authorId}?fields=name",
    ]


def test_the_page_shows_what_was_asked_for_and_no_more():
    plain, best = shown("{ posts { title author { name } comments { id } } }")

    assert plain == [["title"], ["name"], ["id"]]
    assert best == [["title", "author.name", "comments.id"]]


def test_a_mutation_is_not_compared():
    with pytest.raises(BadRequest, match="Only queries are compared"):
        derived('mutation { deletePost(input: { id: "1" }) { deletedId } }')
