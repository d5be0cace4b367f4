"""What hangs on variables is found by a look at a few places, and told as validation tells it."""

import pytest
from graphql import parse, validate

from graphql_blog.graph.limits.pages import RULES, default_values, pages_of
from graphql_blog.graph.schema import build_schema
from tests.limits import UNLIMITED

BLOG = build_schema()
DOCUMENTS = BLOG.documents(entries=0, limits=UNLIMITED)
BY_VARIABLE = "query ($n: Int, $o: Int) { posts(first: $n, offset: $o) { id } }"
BY_DEFAULT = "query ($n: Int = 0) { posts(first: $n) { id } }"
PAGE = """query ($first: Int, $last: Int = 3) {
  postsConnection(first: $first, last: $last) { totalCount }
}"""
BY_IDS = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
SIZE = "`first` must be between 1 and 100, not {}: read a long list page by page."
ONE_WAY = "Give either `first` or `last`, not both."
TEXT = "A text in this request has a NUL or half of a character in it."
SEVERAL = "There are several operations in the document: say which by operationName."


def messages(query, variables, name=None):
    prepared = DOCUMENTS.prepared(query)
    found = prepared.facts.errors(prepared.errors, variables, name)
    return [error.message for error in found]


@pytest.mark.parametrize(
    ("query", "variables", "name", "expected"),
    [
        (BY_VARIABLE, {"n": 0}, None, [SIZE.format(0)]),
        (BY_VARIABLE, {"n": 101}, None, [SIZE.format(101)]),
        (BY_VARIABLE, {"n": 1, "o": -1}, None, ["`offset` must be 0 or more, not -1."]),
        (BY_DEFAULT, {}, None, [SIZE.format(0)]),
        (PAGE, {"first": 3}, None, [ONE_WAY]),
        (PAGE, {"first": 0}, None, [SIZE.format(0), ONE_WAY]),
        (BY_IDS, {"ids": ["1"] * 101}, None, [SIZE.format(101).replace("first", "ids")]),
        ("{ __typename }", {"unused": ["\x00"]}, None, [TEXT]),
        ("{ __typename }", {"unused": {"\ud800": 1}}, None, [TEXT]),
        ("query A { __typename } query B { __typename }", {}, None, [SEVERAL]),
        # After what the document alone has wrong, and each once.
        (
            "query A($n: Int) { nothing posts(first: $n, last: 0) { nothing } }"
            " query B { __typename }",
            {"n": 0, "t": "\x00"},
            None,
            [
                SEVERAL,
                "Cannot query field 'nothing' on type 'Query'.",
                SIZE.format(0).replace("first", "last"),
                "Unknown argument 'last' on field 'Query.posts'.",
                "Cannot query field 'nothing' on type 'Post'.",
                SIZE.format(0),
                ONE_WAY,
                TEXT,
            ],
        ),
    ],
)
def test_what_breaks_a_rule_is_found_and_told(query, variables, name, expected):
    assert messages(query, variables, name) == expected


@pytest.mark.parametrize(
    ("query", "variables", "name"),
    [
        ("{ __typename }", {}, None),
        (BY_VARIABLE, {}, None),
        (BY_VARIABLE, {"n": None}, None),
        (BY_VARIABLE, {"n": 100, "o": 0}, None),
        # No Int: the types refuse it, and say so better.
        (BY_VARIABLE, {"n": "0"}, None),
        (BY_DEFAULT, {"n": 1}, None),
        (PAGE, {}, None),
        (PAGE, {"first": 3, "last": None}, None),
        (BY_IDS, {"ids": ["1"] * 100}, None),
        ("{ __typename }", {"unused": [{"a": "text"}, 1, None]}, None),
        ("query A { __typename } query B { __typename }", {}, "B"),
    ],
)
def test_what_breaks_none_is_let_through(query, variables, name):
    assert messages(query, variables, name) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ posts(first: 0) { id } }", [SIZE.format(0)]),
        ("{ postsConnection(first: 1, last: 1) { totalCount } }", [ONE_WAY]),
        ('{ postBySlug(slug: "a\\u0000") { id } }', [TEXT]),
        (BY_DEFAULT, []),
        (BY_VARIABLE, []),
        ("query A { __typename } query B { __typename }", []),
    ],
)
def test_the_document_alone_is_told_what_no_variable_can_change(query, expected):
    found = validate(BLOG._schema, parse(query), RULES)

    assert [error.message for error in found] == expected


def test_only_fields_whose_page_hangs_on_a_variable_are_looked_at_again():
    document = parse(
        """query ($n: Int = 7, $id: ID!) {
          posts(first: $n) { comments(first: 3) { id } } post(id: $id) { id }
        }"""
    )

    assert [node.name.value for node in pages_of(document).fields] == ["posts"]
    assert default_values(document) == {"n": 7}
