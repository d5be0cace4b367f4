"""Attacks by long documents, by what they ask of the schema, and by large pages."""

from tests.attacks.attack import Attack, graphql
from tests.attacks.documents import INVALID, MEBIBYTE, SYNTAX, many, nested

LENGTHS = [
    # Length.
    Attack("a mebibyte of tokens", graphql("{" + " a" * 500_000), 400, "DOCUMENT_TOO_LONG"),
    Attack("90,000 letters of tokens", graphql("{" + " a" * 45_000), 400, "TOO_MANY_TOKENS"),
    Attack("a mebibyte of comments", graphql("#" * MEBIBYTE), 400, "DOCUMENT_TOO_LONG"),
    Attack("49,000 empty comments", graphql("#\n" * 49_000 + "{ __typename }"), 400, SYNTAX),
    Attack("a mebibyte of commas", graphql("," * MEBIBYTE), 400, "DOCUMENT_TOO_LONG"),
    Attack("90,000 commas", graphql("," * 90_000 + "{ __typename }"), 200, '"Query"'),
    Attack("90,000 blanks before an error", graphql(" " * 90_000 + "}"), 400, SYNTAX),
    Attack(
        "a text of a mebibyte",
        graphql('{ postBySlug(slug: "' + "a" * MEBIBYTE + '") { id } }'),
        400,
        "DOCUMENT_TOO_LONG",
    ),
    Attack(
        "a text of 90,000 escapes",
        graphql('{ postBySlug(slug: "' + "\\u0061" * 15_000 + '") { id } }'),
        200,
        '{"data":{"postBySlug":null}}',
    ),
    Attack(
        "a block of 45,000 lines",
        graphql('{ postBySlug(slug: """' + "\n a" * 30_000 + '""") { id } }'),
        200,
        '{"data":{"postBySlug":null}}',
    ),
    Attack(
        "a block that quotes its own end",
        graphql('{ a(b: """' + '\\"""' * 20_000 + " }"),
        400,
        SYNTAX,
    ),
    Attack(
        "a block that does not end",
        graphql('{ a(b: """' + "a\\" * 40_000 + " }"),
        400,
        SYNTAX,
    ),
    Attack("a text that does not end", graphql('{ a(b: "' + "a" * 90_000), 400, SYNTAX),
    Attack("90,000 quotes", graphql('"' * 90_000), 400, "TOO_MANY_TOKENS"),
    Attack(
        "a number of 90,000 digits",
        graphql("{ posts(first: " + "9" * 90_000 + ") { id } }"),
        400,
        "NAME_TOO_LONG",
    ),
    Attack("1e400 as a number", graphql("{ posts(first: 1e400) { id } }"), 400, INVALID),
    Attack(
        "half a character in a text", graphql('{ postBySlug(slug: "\\uD800") { id } }'), 400, SYNTAX
    ),
    Attack(
        "NUL in a text", graphql('{ postBySlug(slug: "\\u0000") { id } }'), 400, "BAD_USER_INPUT"
    ),
    Attack("NUL in a document", graphql("{ __typename \0 }"), 400, SYNTAX),
    Attack("nothing but an end", graphql("}" * 3000), 400, SYNTAX),
    Attack("types of a schema", graphql("type A { a: Int } " * 50), 400, INVALID),
    # Introspection.
    Attack(
        "recursion of introspection",
        graphql(
            '{ __type(name: "Post") { ' + nested("fields { type { ", "} } ", 8, "name ") + "} }"
        ),
        400,
        "INTROSPECTION_TOO_DEEP",
    ),
    Attack(
        "recursion of introspection through possible types",
        graphql(
            "{ __schema { types { "
            + nested("possibleTypes { interfaces { ", "} } ", 6, "name ")
            + "} } }"
        ),
        400,
        "INTROSPECTION_TOO_DEEP",
    ),
    Attack(
        "recursion of introspection in fragments",
        graphql(
            "{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } }"
            " fragment B on __Type { fields { type { ...C } } }"
            " fragment C on __Type { fields { type { fields { type { name } } } } }"
        ),
        400,
        "INTROSPECTION_TOO_DEEP",
    ),
    Attack(
        "a hundred times the schema",
        graphql("{ " + many(100, "a#: __schema { types { name } }") + " }"),
        400,
        "TOO_MANY_ALIASES",
    ),
    # Pages.
    Attack(
        "a page of a million",
        graphql("{ posts(first: 1000000) { id } }"),
        400,
        "PAGE_SIZE_EXCEEDED",
    ),
    Attack(
        "a page of a million by variable",
        graphql("query ($n: Int) { posts(first: $n) { id } }", variables={"n": 1_000_000}),
        400,
        "PAGE_SIZE_EXCEEDED",
    ),
    Attack(
        "a page that a default makes large",
        graphql("query ($n: Int = 1000000) { posts(first: $n) { id } }"),
        400,
        "PAGE_SIZE_EXCEEDED",
    ),
    Attack("a negative page", graphql("{ posts(first: -1) { id } }"), 400, "PAGE_SIZE_EXCEEDED"),
    Attack(
        "a page behind a billion others",
        graphql("{ posts(offset: 2147483647) { id } }"),
        200,
        '{"data":{"posts":[]}}',
    ),
]
