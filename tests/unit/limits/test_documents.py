"""Documents that are too much: what is said, where, and how soon."""

import sys

import pytest
from graphql import get_introspection_query

from graphql_blog.graph.limits.bounds import Limits
from graphql_blog.graph.schema import build_schema
from tests.hostile import DEAR_TO_CHECK, INVALID, TOO_MUCH

BLOG = build_schema()
DOCUMENTS = BLOG.documents(entries=0)


def errors(text, **limits):
    documents = BLOG.documents(entries=0, limits=Limits(**limits)) if limits else DOCUMENTS
    return documents.prepared(text).errors


def codes(text, **limits):
    return [(error.extensions or {}).get("code") for error in errors(text, **limits)]


@pytest.mark.parametrize("name", TOO_MUCH)
def test_hostile_documents_are_refused_for_what_they_are(name):
    text, code = TOO_MUCH[name]

    (error,) = errors(text)

    assert error.extensions["code"] == code
    assert error.extensions["value"] > error.extensions["limit"]
    assert code == "DOCUMENT_TOO_LONG" or error.locations


@pytest.mark.parametrize("name", TOO_MUCH)
def test_they_are_refused_before_they_cost_anything(name):
    text, _ = TOO_MUCH[name]

    assert calls(text) < 15_000


@pytest.mark.parametrize("name", [*INVALID, *DEAR_TO_CHECK])
def test_what_validation_has_to_look_at_is_bounded(name):
    text = {**INVALID, **DEAR_TO_CHECK}[name]

    assert calls(text) < 800_000
    assert len(errors(text)) <= 21


def calls(text):
    """How many functions are called to prepare it: work, whatever the machine.

    `python -m tests.hostile` prints how long that takes.
    """
    counted = 0

    def count(frame, event, argument):
        nonlocal counted
        counted += event in ("call", "c_call")

    DOCUMENTS.prepared(text)  # What is done the first time alone does not count.
    sys.setprofile(count)
    try:
        DOCUMENTS.prepared(text)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("name", INVALID)
def test_invalid_documents_are_refused_by_graphql_or_by_a_limit(name):
    assert all(error.message for error in errors(INVALID[name]))
    assert errors(INVALID[name])


@pytest.mark.parametrize(
    ("limit", "most", "fits", "exceeds", "code"),
    [
        ("tokens", 5, "{ a b c }", "{ a b c d }", "TOO_MANY_TOKENS"),
        ("document_length", 5, "{a,b}", "{a, b}", "DOCUMENT_TOO_LONG"),
        ("definitions", 1, "{ __typename }", "{ ...F } fragment F on Query { a }", None),
        (
            "depth",
            2,
            "{ posts { id } a: __typename }",
            "{ posts { author { id } } }",
            "QUERY_TOO_DEEP",
        ),
        (
            "introspection_depth",
            1,
            "{ __schema { types { name ofType { name } } } }",
            "{ __schema { types { fields { name } } } }",
            "INTROSPECTION_TOO_DEEP",
        ),
        ("aliases", 1, "{ a: posts { id } }", "{ a: posts { b: id } }", "TOO_MANY_ALIASES"),
        (
            "directives",
            1,
            "{ posts @skip(if: true) { id } }",
            "{ posts @skip(if: true) { id @skip(if: true) } }",
            "TOO_MANY_DIRECTIVES",
        ),
        ("fields", 2, "{ posts { id } }", "{ posts { id title } }", "TOO_MANY_FIELDS"),
        (
            "fields",
            4,
            "{ posts { ...F } } fragment F on Post { id }",
            "{ posts { ...F ...F } } fragment F on Post { id }",
            "TOO_MANY_FIELDS",
        ),
        ("merged_fields", 3, "{ __typename __typename __typename }", "{ a a a a }", None),
        ("nodes", 20, "{ posts { id } }", "{ posts(first: 21) { id } }", "TOO_MANY_NODES"),
        ("cost", 20, "{ posts { id } }", "{ posts(first: 21) { id } }", "MAX_COST_EXCEEDED"),
    ],
)
def test_a_limit_lets_through_what_is_at_it_and_no_more(limit, most, fits, exceeds, code):
    code = code or {"definitions": "TOO_MANY_DEFINITIONS"}.get(limit, "TOO_MANY_FIELDS")

    assert code not in codes(fits, **{limit: most})
    assert codes(exceeds, **{limit: most}) == [code]


@pytest.mark.parametrize(
    ("text", "limits", "message", "more", "location"),
    [
        (
            "{\n  posts { author { posts { id } } }\n}",
            {"depth": 3},
            "Fields may stand 3 levels deep, not more: ask for what is below by its id.",
            {"value": 4, "limit": 3, "path": ["posts", "author", "posts", "id"]},
            (2, 28),
        ),
        (
            "{ posts { ...F } } fragment F on Post { a: author { b: name } }",
            {"aliases": 1},
            "An operation may have 1 aliases, not more: ask in several requests.",
            {"value": 2, "limit": 1, "path": ["posts", "a", "b"]},
            (1, 53),
        ),
        (
            "{ posts { id } }",
            {"cost": 19},
            "The answer could cost 20 points, and 19 are the most: ask for smaller pages, or for"
            " less about each entry.",
            {"value": 20, "limit": 19, "dearest": [{"path": ["posts"], "cost": 20}]},
            (1, 3),
        ),
        (
            "{ posts { author { id } } }",
            {"nodes": 39},
            "The answer could have 40 objects, and 39 are the most: ask for smaller pages, or for"
            " less about each entry.",
            {
                "value": 40,
                "limit": 39,
                "dearest": [
                    {"path": ["posts"], "cost": 20},
                    {"path": ["posts", "author"], "cost": 20},
                ],
            },
            (1, 3),
        ),
    ],
)
def test_a_refusal_says_how_much_where_and_what_to_do(text, limits, message, more, location):
    (error,) = errors(text, **limits)

    shown = dict(error.extensions)
    del shown["code"]
    assert (error.message, shown) == (message, more)
    assert [tuple(place) for place in error.locations] == [location]


def test_introspection_is_not_counted_among_the_levels():
    assert codes("{ __schema { types { fields { type { ofType { name } } } } } }", depth=1) == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {
            "descriptions": True,
            "specified_by_url": True,
            "directive_is_repeatable": True,
            "schema_description": True,
            "input_value_deprecation": True,
        },
    ],
)
def test_the_standard_introspection_query_has_room_twice_over(options):
    text = get_introspection_query(**options)
    half = Limits(
        tokens=2_000,
        document_length=50_000,
        definitions=50,
        depth=6,
        aliases=15,
        directives=25,
        fields=500,
        merged_fields=1_000,
        cost=1_000,
    )

    assert BLOG.documents(entries=0, limits=half).prepared(text).errors == ()


def test_aliases_are_those_of_one_operation_and_others_are_let_alone():
    many = " ".join(f"query Q{i} {{ a: posts {{ b: id }} }}" for i in range(20))

    assert errors(many, aliases=2) == ()


def test_a_chain_of_fragments_goes_only_so_deep():
    chain = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(70))
    text = f"{{ ...F0 }} {chain} fragment F70 on Query {{ __typename }}"

    assert codes(text, merged_fields=100_000) == ["QUERY_TOO_DEEP"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ posts { id }", "Syntax Error: Expected Name, found <EOF>."),
        ("{ posts(first: ) { id } }", "Syntax Error: Unexpected ')'."),
        ("{ ? }", "Syntax Error: Unexpected character: '?'."),
        ("", "Syntax Error: Unexpected <EOF>."),
        ("type A { b: Int }", "The 'A' definition is not executable."),
        ("{ __typename } scalar A", "The 'A' definition is not executable."),
        ("fragment F on Query { __typename }", "Fragment 'F' is never used."),
        ("{ ...F } fragment F on Query { ...F }", "Cannot spread fragment 'F' within itself."),
        ("{ ...F }", "Unknown fragment 'F'."),
    ],
)
def test_what_is_no_query_is_told_in_graphqls_words(text, message):
    assert [error.message for error in errors(text)] == [message]


def test_a_document_may_be_described():
    assert errors('"Posts." query Q { posts { id } } """F""" fragment F on Post { id }') != ()
    assert errors('"Posts." query Q { posts { ...F } } """F""" fragment F on Post { id }') == ()


def test_introspection_may_go_as_deep_as_is_said_and_no_deeper():
    deep = '{ __type(name: "Post") { fields { type { fields { type { fields { %s } } } } } } }'

    assert errors(deep % "name") == ()
    assert codes(deep % "type { fields { name } }") == ["INTROSPECTION_TOO_DEEP"]
