"""What operations cost, computed by hand and by the directives of the schema."""

from pathlib import Path

import pytest
from graphql import build_schema as schema_of

from graphql_blog.graph.limits.weights import Weights
from graphql_blog.graph.schema import build_schema
from tests.limits import UNLIMITED

ROOT = Path(__file__).resolve().parents[3]
BLOG = build_schema()
DOCUMENTS = BLOG.documents(entries=0, limits=UNLIMITED)


def priced(query, name=None):
    prepared = DOCUMENTS.prepared(query)
    assert prepared.errors == ()
    return prepared.facts.operation(name)


@pytest.mark.parametrize(
    ("query", "requested", "nodes", "depth"),
    [
        ("{ __typename }", 0, 0, 1),
        ('{ post(id: "1") { title content author { name } } }', 1 + 1, 2, 3),
        # 20 is the default of the argument, and null is as good as none.
        ("{ posts { title } }", 20, 20, 2),
        ("{ posts(first: null) { title } }", 20, 20, 2),
        ("{ posts(first: 3) { title author { name } tags { name } } }", 3 * (1 + 1 + 10), 36, 3),
        ("{ posts(first: 3) { relatedPosts { id } } }", 3 * (1 + 5 + 5), 3 * 6, 3),
        ("{ posts(first: 3) { relatedPosts(first: 2) { id } } }", 3 * (1 + 5 + 2), 3 * 3, 3),
        ("{ posts(first: 2) { contentHtml plainText commentCount title } }", 2 * (1 + 5), 2, 2),
        ("{ posts(first: 2) { previousSlugs seo { metaTitle } } }", 2 * 2, 4, 3),
        # The connection, then its entries, as often as the page says.
        ("{ postsConnection { totalCount } }", 1 + 5, 1, 2),
        ("{ postsConnection { nodes { id } } }", 1 + 20, 21, 3),
        ("{ postsConnection(last: 7) { nodes { id } } }", 1 + 7, 8, 3),
        (
            "{ postsConnection(first: 5) { edges { cursor node { author { id } } }"
            " nodes { id } pageInfo { endCursor } } }",
            1 + 5 * (1 + 1 + 1) + 5 + 1,
            22,
            5,
        ),
        # A list of ids is as long as it is.
        ('{ nodes(ids: ["a", "b"]) { id } }', 2, 2, 2),
        ("{ nodes(ids: []) { id } }", 0, 0, 2),
        # Of several types the dearest counts.
        (
            '{ node(id: "a") { ... on Post { author { id } tags { id } } ... on User { id }'
            " ... on Comment { author { id } } } }",
            1 + 1 + 10,
            12,
            3,
        ),
        ("{ postAggregate { count byStatus { count } byTag { tag { id } } } }", 54, 45, 4),
        ("{ postAggregate { byMonth(last: 3) { count } } }", 13, 4, 3),
        # Fields that are merged are resolved once.
        ("{ posts(first: 2) { author { id } } posts(first: 2) { author { name } } }", 4, 4, 3),
        ("{ a: posts(first: 2) { id } b: posts(first: 2) { id } }", 4, 4, 2),
        (
            "{ ...F ...F } fragment F on Query { posts(first: 2) { ...G ... on Post { id } } }"
            " fragment G on Node { ... on Post { author { id } } ... on User { posts { id } } }",
            4,
            4,
            3,
        ),
        ("{ posts(first: 2) { author @include(if: false) { id } } }", 4, 4, 3),
        ("{ rateLimit { cost } }", 1, 1, 2),
        ("{ __schema { types { name } } }", 200, 0, 1),
        ('{ __type(name: "Post") { name } }', 20, 0, 1),
        (
            'mutation { deletePost(input: {id: "1"}) { deletedId errors { message } } }',
            10,
            1 + 20,
            3,
        ),
        (
            'mutation { a: updatePost(input: {id: "1"}) { post { author { id } } }'
            ' b: deletePost(input: {id: "1"}) { deletedId } }',
            10 + 1 + 1 + 10,
            4,
            4,
        ),
    ],
)
def test_it_is_what_the_directives_add_up_to(query, requested, nodes, depth):
    operation = priced(query)

    assert operation.of({})[:3] == (requested, nodes, depth)
    assert operation.fixed == operation.of({})


@pytest.mark.parametrize(
    ("query", "characters"),
    [
        ('{ post(id: "1") { title content author { name } } }', 1_000_000),
        ("{ posts(first: 3) { title content contentHtml plainText excerpt } }", 9_000_000),
        ("{ posts(first: 3) { a: content b: content comments(first: 4) { content } } }", 6_120_000),
        ("{ posts { title author { name bio } } }", 0),
        (
            '{ node(id: "a") { ... on Post { content a: content } ... on Comment { content } } }',
            2_000_000,
        ),
    ],
)
def test_long_texts_count_as_often_as_they_are_written(query, characters):
    assert priced(query).fixed.characters == characters


VARIABLE = """query ($n: Int = 4, $m: Int, $ids: [ID!] = ["a"]) {
  posts(first: $n) { comments(first: $m) { id } }
  nodes(ids: $ids) { id }
  postsConnection(first: $n) { nodes { id } }
}"""


@pytest.mark.parametrize(
    ("variables", "requested"),
    [
        ({}, 4 * (1 + 20) + 1 + (1 + 4)),
        ({"n": 1}, 21 + 1 + 2),
        ({"n": None}, 20 * 21 + 1 + 21),
        ({"n": 2, "m": 3}, 2 * 4 + 1 + 3),
        ({"n": 2, "m": None, "ids": ["a", "b", "c"]}, 2 * 21 + 3 + 3),
        # What is wrong is refused elsewhere, and never makes anything cheaper than it is.
        ({"n": "7"}, 20 * 21 + 1 + 21),
        ({"n": True}, 20 * 21 + 1 + 21),
        ({"n": 1_000_000, "m": 1}, 100 * 2 + 1 + 101),
        ({"n": -5}, 1 + 1),
        ({"n": {"a": 1}, "ids": [[]]}, 20 * 21 + 1 + 21),
    ],
)
def test_sizes_may_hang_on_variables(variables, requested):
    operation = priced(VARIABLE)

    assert operation.fixed is None
    assert [operation.of(variables).requested for _ in range(2)] == [requested, requested]


def test_each_operation_has_its_own():
    query = "query A { posts { id } } query B { posts(first: 1) { id } }"

    assert [priced(query, name).of({}).requested for name in ("A", "B", None)] == [20, 1, 20]
    assert priced(query, "C") is None


def test_the_dearest_fields_are_told_with_what_each_costs_alone():
    query = "{ posts(first: 5) { tags { id } mine: comments(first: 2) { author { name } } } }"
    operation = priced(query)

    assert operation.dearest({}) == [
        {"path": ["posts", "tags"], "cost": 50},
        {"path": ["posts", "mine"], "cost": 10},
        {"path": ["posts", "mine", "author"], "cost": 10},
    ]
    assert operation.start({}) == query.index("tags")


@pytest.mark.parametrize(
    ("query", "data", "actual"),
    [
        ("{ posts { author { id } } }", {"posts": [{"author": {"id": "1"}}] * 3}, 6),
        ("{ posts { author { id } } }", {"posts": []}, 0),
        ("{ posts { author { id } } }", None, 0),
        ('{ post(id: "1") { id } }', {"post": None}, 1),
        ("{ posts @skip(if: true) { id } }", {}, 0),
        ("{ posts { relatedPosts { id } } }", {"posts": [{"relatedPosts": [{"id": "2"}]}]}, 7),
        ("{ postsConnection { nodes { id } } }", {"postsConnection": {"nodes": [{}, {}]}}, 3),
        (
            "{ nodes(ids: []) { ... on Post { author { id } } ... on User { name } } }",
            {"nodes": [{"author": {"id": "1"}}, {"name": "A"}, None]},
            1 + 1 + 1,
        ),
    ],
)
def test_what_came_back_tells_what_it_really_cost(query, data, actual):
    assert priced(query).actual(data) == actual


def test_the_numbers_in_the_file_are_the_numbers_that_are_enforced():
    file = schema_of((ROOT / "schema.graphql").read_text(encoding="utf-8"))

    written, used = Weights(file), Weights(BLOG._schema)

    assert written.fields == used.fields
    assert written.possible == used.possible
    assert used.fields["Post"]["relatedPosts"].once == 5


def test_every_list_of_objects_says_how_long_it_may_be():
    sized_above = {"edges", "nodes"}

    assert [
        f"{type_}.{name}"
        for type_, fields in Weights(BLOG._schema).fields.items()
        for name, field in fields.items()
        if field.is_list and field.types and not field.slicing and name not in sized_above
    ] == []


def test_the_sizes_that_are_kept_are_bounded(monkeypatch):
    monkeypatch.setattr("graphql_blog.graph.limits.costs.MAX_SIZES_KEPT", 3)
    operation = priced(VARIABLE)

    for size in range(10):
        operation.of({"n": size})

    assert len(operation._kept) <= 3
