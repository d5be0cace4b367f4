"""Documents that differ in ids and texts alone are prepared once, and say what they say alone."""

from dataclasses import replace

import pytest
from graphql import GraphQLError, Source, build_schema, get_location, specified_rules

from graphql_blog.engine import literals
from graphql_blog.engine.documents import DocumentStore

SCHEMA = build_schema("""
    enum Order { NEW, OLD }
    input Filter { name: String }
    type Post { id: ID!, title(lang: String = "en"): String, likes(first: Int): Int, next(id: ID): Post }
    type Query {
        post(id: ID!): Post, search(text: String, order: Order): Post
        filtered(by: Filter): Post, many(ids: [ID!]): Post, price(of: Float): Int
    }
    type Mutation { remove(id: ID!): Post }
""")  # noqa: E501


@pytest.fixture
def documents():
    return DocumentStore(SCHEMA, specified_rules, lambda document: None)


def lifted(documents, first, second):
    assert documents.alike(first).lifted is None
    lifts = documents._literals._lifts
    for shape, lift in lifts.items():
        # As if a longer one had been let through.
        lifts[shape] = lift and replace(lift, longest=len(second))
    return documents.alike(second).lifted


@pytest.mark.parametrize(
    ("first", "second", "text", "values"),
    [
        (
            '{ post(id: "1") { title } }',
            '{ post(id: "22") { title } }',
            "query($_literal0: ID!){ post(id: $_literal0) { title } }",
            ["22"],
        ),
        (
            "query { post(id:1) { likes(first: 3) } }",
            "query { post(id:0) { likes(first: 3) } }",
            "query($_literal0: ID!) { post(id:$_literal0) { likes(first: 3) } }",
            ["0"],
        ),
        (
            'query A { search(text: "a", order: NEW) { title(lang: "de") } }',
            'query A { search(text: "", order: NEW) { title(lang: "ü") } }',
            "query A($_literal0: String, $_literal1: String) "
            "{ search(text: $_literal0, order: NEW) { title(lang: $_literal1) } }",
            ["", "ü"],
        ),
        (
            'query ($x: Int=1, $y: ID="z") {post(id: "1") {likes(first: $x) next(id: $y) {id}} }',
            'query ($x: Int=1, $y: ID="z") {post(id: "2") {likes(first: $x) next(id: $y) {id}} }',
            'query ($_literal0: ID!, $x: Int=1, $y: ID="z") '
            "{post(id: $_literal0) {likes(first: $x) next(id: $y) {id}} }",
            ["2"],
        ),
        (
            '{ search(text: "a") { ...F } } fragment F on Post { next(id: 5) { id } }',
            '{ search(text: "b") { ...F } } fragment F on Post { next(id: 6) { id } }',
            "query($_literal0: String, $_literal1: ID){ search(text: $_literal0) { ...F } } "
            "fragment F on Post { next(id: $_literal1) { id } }",
            ["b", "6"],
        ),
        (
            'fragment F on Post { id } query { post(id: "1") { ...F } }',
            'fragment F on Post { id } query { post(id: "9") { ...F } }',
            "fragment F on Post { id } query($_literal0: ID!) { post(id: $_literal0) { ...F } }",
            ["9"],
        ),
        (
            '{ a: post(id: "1") { id } b: post(id: "1") { id } price(of: 1) }',
            '{ a: post(id: "2") { id } b: post(id: "3") { id } price(of: 1) }',
            "query($_literal0: ID!, $_literal1: ID!)"
            "{ a: post(id: $_literal0) { id } b: post(id: $_literal1) { id } price(of: 1) }",
            ["2", "3"],
        ),
    ],
)
def test_what_might_as_well_be_a_variable_is_one(documents, first, second, text, values):
    found = lifted(documents, first, second)

    assert found is not None
    assert (found.text, list(found.values.values()), found.written) == (text, values, second)
    assert documents.prepared(text).errors == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Another shape.
        ('{ post(id: "1") { id } }', "{ post(id: 1) { id } }"),
        ('{ post(id: "1") { id } }', '{ post(id: "1")  { id } }'),
        ("{ post(id: 1) { id } }", "{ post(id: 01) { id } }"),
        ("{ post(id: 1) { id } }", "{ post(id: 1.5) { id } }"),
        ("{ post(id: 1) { id } }", "{ post(id: 12345678901) { id } }"),
        # No value that may be one.
        ('{ filtered(by: {name: "a"}) { id } }', '{ filtered(by: {name: "b"}) { id } }'),
        ('{ many(ids: ["1"]) { id } }', '{ many(ids: ["2"]) { id } }'),
        ('query ($x: String = "a") { search(text: $x) { id } }',
         'query ($x: String = "b") { search(text: $x) { id } }'),
        ("{ price(of: 1) }", "{ price(of: 2) }"),
        # Whether they may be merged hangs on the values.
        ('{ post(id: "1") { id } post(id: "1") { title } }',
         '{ post(id: "1") { id } post(id: "2") { title } }'),
        # Not a query alone.
        ('mutation { remove(id: "1") { id } }', 'mutation { remove(id: "2") { id } }'),
        ('query A { post(id: "1") { id } } query B { post(id: "1") { id } }',
         'query A { post(id: "2") { id } } query B { post(id: "1") { id } }'),
        # A quote may be none.
        ('{ post(id: "1") { id } } # "', '{ post(id: "2") { id } } # "'),
        ('{ post(id: "\\u0031") { id } }', '{ post(id: "\\u0032") { id } }'),
        ('{ post(id: """1""") { id } }', '{ post(id: """2""") { id } }'),
        ('{ _literal0: post(id: "1") { id } }', '{ _literal0: post(id: "2") { id } }'),
    ],
)  # fmt: skip
def test_all_else_is_looked_at_as_it_is(documents, first, second):
    assert lifted(documents, first, second) is None
    expected = DocumentStore(SCHEMA, specified_rules, lambda document: None).prepared(second)
    assert [str(one) for one in documents.alike(second).errors] == list(map(str, expected.errors))


def test_what_is_not_valid_teaches_nothing(documents):
    assert documents.alike('{ post(id: "1") { nothing } }').errors
    assert documents.alike('{ post(id: "2") { nothing } }').lifted is None


def test_thousands_of_values_are_one_document(documents):
    for number in range(3_000):
        documents.alike(f'{{ post(id: "{number}") {{ id }} }}')

    # With one variable, and the first of each length.
    assert len(documents) == 1 + 4


def test_a_document_that_is_too_long_is_refused_whatever_was_asked_before():
    def check(text):
        return [GraphQLError("Too long.")] if len(text) > 60 else []

    documents = DocumentStore(SCHEMA, specified_rules, lambda document: None, check=check)
    for length in (1, 2, 3, 2, 1):
        assert documents.alike(f'{{ post(id: "{"a" * length}") {{ id }} }}').errors == ()
    (error,) = documents.alike(f'{{ post(id: "{"a" * 60}") {{ id }} }}').errors
    assert error.message == "Too long."


def test_shapes_are_bounded(documents):
    for number in range(literals.MOST_SHAPES + 50):
        documents.alike(f'{{ a{number}: post(id: "{number}") {{ id }} }}')

    assert len(documents._literals._lifts) == literals.MOST_SHAPES


def test_where_nothing_is_kept_nothing_is_learnt():
    documents = DocumentStore(SCHEMA, specified_rules, lambda document: None, entries=0)
    for number in range(3):
        assert documents.alike(f'{{ post(id: "{number}") {{ id }} }}').lifted is None


def test_an_error_stands_where_it_stands_in_what_was_sent(documents):
    form = 'query A {{\n  x: post(id: "{}") {{ id\n  title(lang: "{}") }} y: price(of: 1)\n}}'
    sent = form.format("a much longer id", "")
    found = lifted(documents, form.format("1", "en"), sent)
    assert found is not None

    for word in (
        "query",
        "A",
        "{",
        "x:",
        "post",
        "id:",
        "id\n",
        "title",
        "lang",
        "y:",
        "price",
        "}",
    ):
        error = GraphQLError("No.", source=Source(found.text), positions=[found.text.index(word)])
        moved = found.relocated(error)
        assert moved.locations == [get_location(Source(sent), sent.index(word))], word
    value = GraphQLError(
        "No.", source=Source(found.text), positions=[found.text.index("$_lit", 30)]
    )
    assert found.relocated(value).positions is not None
    elsewhere = GraphQLError("No.", source=Source("{ a }"), positions=[2])
    assert found.relocated(elsewhere) is elsewhere
