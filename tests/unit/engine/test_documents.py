"""Documents: parsed and validated once, kept while asked for, bounded whoever asks."""

import gc
from itertools import islice

import pytest
from graphql import DocumentNode, GraphQLError, build_schema, specified_rules

from graphql_blog.engine.documents import MAX_KEPT_LENGTH, MAX_TOKENS, DocumentStore

SCHEMA = build_schema("type Query { title: String, number(of: Int): Int }")


class Counting:
    """Facts that remember how often they were gathered."""

    def __init__(self) -> None:
        self.gathered = 0

    def __call__(self, document: DocumentNode) -> int:
        self.gathered += 1
        return len(document.definitions)


def store(**bounds: int) -> DocumentStore[int]:
    return DocumentStore(SCHEMA, specified_rules, Counting(), **bounds)


def numbered(number: int) -> str:
    return f"{{ number(of: {number}) }}"


def test_a_document_is_prepared_once():
    facts = Counting()
    documents = DocumentStore(SCHEMA, specified_rules, facts)

    first = documents.prepared("{ title }")
    again = documents.prepared("".join(["{ title", " }"]))

    assert again is first
    assert (first.errors, first.facts, facts.gathered) == ((), 1, 1)
    assert isinstance(first.document, DocumentNode)


def test_operations_are_known_by_name_and_without_one_the_first():
    prepared = store().prepared("query One { title } query Two { title } fragment F on Query { x }")

    assert list(prepared.operations) == ["One", "Two"]
    assert prepared.operation(None) is prepared.operations["One"]
    assert prepared.operation("Two") is prepared.operations["Two"]
    assert prepared.operation("Three") is None
    assert store().prepared("fragment F on Query { title }").operation(None) is None


def test_of_two_operations_with_one_name_the_first_counts():
    prepared = store().prepared("query One { title } query One { number }")

    assert prepared.document is not None
    assert prepared.operation("One") is prepared.document.definitions[0]


def test_what_was_not_asked_for_the_longest_goes_first():
    documents = store(entries=2)
    first, second = documents.prepared(numbered(1)), documents.prepared(numbered(2))

    assert documents.prepared(numbered(1)) is first
    documents.prepared(numbered(3))

    assert len(documents) == 2
    assert documents.prepared(numbered(1)) is first
    assert documents.prepared(numbered(2)) is not second


def test_all_that_is_kept_is_bounded_in_length():
    length = len(numbered(1))
    documents = store(characters=3 * length)

    for number in range(9):
        documents.prepared(numbered(number))
        assert len(documents) == min(number + 1, 3)
    documents.prepared("{ title }".ljust(2 * length))

    assert len(documents) == 2


def test_a_long_document_is_prepared_but_not_kept():
    documents = store()
    long = "{ title }".ljust(MAX_KEPT_LENGTH + 1)

    assert documents.prepared(long).errors == ()
    assert len(documents) == 0
    documents.prepared(long[:-1])
    assert len(documents) == 1


def test_nothing_is_kept_when_nothing_may_be():
    documents = store(entries=0)

    assert documents.prepared("{ title }") is not documents.prepared("{ title }")
    assert len(documents) == 0


def test_what_is_no_graphql_is_kept_with_its_error():
    documents = store()

    prepared = documents.prepared("{ title")

    assert documents.prepared("{ title") is prepared
    assert (prepared.document, prepared.facts, dict(prepared.operations)) == (None, None, {})
    assert [error.message for error in prepared.errors] == [
        "Syntax Error: Expected Name, found <EOF>."
    ]


def test_what_is_invalid_is_kept_with_its_errors():
    documents = store()

    prepared = documents.prepared("{ a b }")

    assert documents.prepared("{ a b }") is prepared
    assert [error.message for error in prepared.errors] == [
        "Cannot query field 'a' on type 'Query'.",
        "Cannot query field 'b' on type 'Query'.",
    ]


@pytest.mark.parametrize("text", ["{ title", "{ nothing }", "{ a } #" + "{" * 90])
def test_a_kept_error_holds_no_frame_alive(text):
    (error,) = store().prepared(text).errors

    assert (error.__traceback__, error.__context__, error.__cause__) == (None, None, None)
    frames = [thing for thing in gc.get_referents(error) if type(thing).__name__ == "traceback"]
    assert frames == []


@pytest.mark.parametrize("part", ["title ", "#\n", "a: title ", "{ title "])
def test_an_endless_document_is_refused_before_it_is_read(part):
    text = "{ " + "".join(islice(iter(lambda: part, ""), 2 * MAX_TOKENS)) + "}"

    prepared = store().prepared(text)

    assert prepared.document is None
    assert all(isinstance(error, GraphQLError) for error in prepared.errors)
    assert len(prepared.errors) == 1


def test_of_very_many_errors_twenty_are_told():
    prepared = store().prepared("{ " + " ".join(f"a{number}" for number in range(1_000)) + " }")

    assert len(prepared.errors) == 21
    assert prepared.errors[-1].message == (
        "Too many validation errors, error limit reached. Validation aborted."
    )
