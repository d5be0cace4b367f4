"""Attacks by what a GraphQL document says: all of them must be refused before anything is read."""

from tests.attacks.attack import Attack, graphql

INVALID = "GRAPHQL_VALIDATION_FAILED"
SYNTAX = "GRAPHQL_PARSE_FAILED"
MEBIBYTE = 1024 * 1024 - 1000


def nested(opening: str, closing: str, times: int, inside: str = "") -> str:
    return opening * times + inside + closing * times


def many(times: int, text: str) -> str:
    return " ".join(text.replace("#", str(number)) for number in range(times))


def doubling(levels: int) -> str:
    """Fragments that stand twice in the one before: the last is reached 2 ** levels times."""
    fragments = many(levels, "fragment F# on Query { ...F_# ...F_# }")
    for number in range(levels):
        fragments = fragments.replace(f"F_{number} ", f"F{number + 1} ")
    return "{ ...F0 } " + fragments + f" fragment F{levels} on Query {{ __typename }}"


def chain(length: int) -> str:
    """Fragments that stand in each other, one after the other."""
    steps = "".join(
        f"fragment F{number} on Query {{ ...F{number + 1} }} " for number in range(length)
    )
    return "{ ...F0 } " + steps + f"fragment F{length} on Query {{ __typename }}"


POSTS = nested("author { posts { ", "} } ", 200, "id ")
NODES = nested("nodes { author { postsConnection(first: 100) { ", "} } } ", 3, "nodes { id } ")

DOCUMENTS = [
    # Depth.
    Attack("recursion of types", graphql("{ posts { " + POSTS + "} }"), 400, "QUERY_TOO_DEEP"),
    Attack(
        "recursion within the limit of depth, with large pages",
        graphql("{ postsConnection(first: 100) { " + NODES + "} }"),
        400,
        "MAX_COST_EXCEEDED",
    ),
    Attack(
        "10,000 selections within each other",
        graphql(nested("{ a ", "} ", 10_000)),
        400,
        "TOO_MANY_TOKENS",
    ),
    Attack(
        "1,000 selections within each other",
        graphql(nested("{ a ", "} ", 1000)),
        400,
        "QUERY_TOO_DEEP",
    ),
    Attack(
        "1,000 inline fragments within each other",
        graphql("{ " + nested("... { ", "} ", 1000, "__typename ") + "}"),
        400,
        "QUERY_TOO_DEEP",
    ),
    Attack(
        "a list of 1,000 levels",
        graphql("{ posts(filter: " + nested("[", "]", 1000) + ") { id } }"),
        400,
        "QUERY_TOO_DEEP",
    ),
    Attack(
        "a list of 500,000 levels",
        graphql("{ posts(filter: " + "[" * 500_000),
        400,
        "DOCUMENT_TOO_LONG",
    ),
    Attack(
        "an object of 900 levels",
        graphql("{ posts(filter: " + nested("{not: ", "}", 900, "{}") + ") { id } }"),
        400,
        "QUERY_TOO_DEEP",
    ),
    Attack(
        "a filter of 60 levels",
        graphql("{ posts(filter: " + nested("{not: ", "}", 55, "{}") + ") { id } }"),
        200,
        "BAD_USER_INPUT",
    ),
    Attack(
        "a filter with 300 leaves",
        graphql("{ posts(filter: {or: [" + '{slug: {eq: "a"}}' * 300 + "]}) { id } }"),
        200,
        "BAD_USER_INPUT",
    ),
    Attack(
        "a type of 1,000 lists",
        graphql("query ($v: " + nested("[", "]", 1000, "Int") + ") { __typename }"),
        400,
        "QUERY_TOO_DEEP",
    ),
    Attack(
        "directives with lists of 300 levels",
        graphql("{ __typename @skip(if: " + nested("[", "]", 300) + ") }"),
        400,
        "QUERY_TOO_DEEP",
    ),
    # Fragments.
    Attack(
        "a fragment in itself",
        graphql("{ ...A } fragment A on Query { ...A }"),
        400,
        INVALID,
    ),
    Attack(
        "three fragments in a circle",
        graphql(
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C }"
            " fragment C on Query { ...A }"
        ),
        400,
        INVALID,
    ),
    Attack(
        "circles of fragments through fields",
        graphql(
            "{ posts { ...A } } fragment A on Post { author { ...B } }"
            " fragment B on User { posts { ...A ...A } }"
        ),
        400,
        INVALID,
    ),
    Attack("fragments that double 30 times", graphql(doubling(30)), 400, "TOO_MANY_FIELDS"),
    Attack("fragments that double 90 times", graphql(doubling(90)), 400, "TOO_MANY_FIELDS"),
    Attack("a chain of 90 fragments", graphql(chain(90)), 400, "TOO_MANY_FIELDS"),
    Attack("a chain of 600 fragments", graphql(chain(600)), 400, "TOO_MANY_TOKENS"),
    Attack(
        "fragments that double, and nobody asks for",
        graphql("{ __typename } " + doubling(40)[9:]),
        400,
        "TOO_MANY_FIELDS",
    ),
    Attack(
        "1,000 spreads of one fragment",
        graphql("{ " + "...A " * 1000 + "} fragment A on Query { __typename }"),
        400,
        "TOO_MANY_FIELDS",
    ),
    # Width.
    Attack(
        "1,000 aliases of a field",
        graphql("{ " + many(1000, "a#: __typename") + " }"),
        400,
        "TOO_MANY_ALIASES",
    ),
    Attack(
        "100 aliases of posts",
        graphql("{ " + many(100, "a#: posts(first: 100) { content }") + " }"),
        400,
        "TOO_MANY_ALIASES",
    ),
    Attack(
        "31 aliases, spread by fragments",
        graphql(
            "{ ...A ...B } fragment A on Query { "
            + many(16, "a#: __typename")
            + " } fragment B on Query { "
            + many(16, "b#: __typename")
            + " }"
        ),
        400,
        "TOO_MANY_ALIASES",
    ),
    Attack(
        "200 log-ins in one document",
        graphql(
            "mutation { "
            + many(
                200,
                'a#: login(input: {username: "admin", password: "pass#"}) { token }',
            )
            + " }"
        ),
        400,
        "TOO_MANY_ALIASES",
    ),
    Attack("3,000 times __typename", graphql("{ " + "__typename " * 3000 + "}"), 400, "TOO_MANY"),
    Attack("900 times one field", graphql("{ " + "posts { id } " * 900 + "}"), 400, "TOO_MANY"),
    Attack(
        "900 fields that have to be compared",
        graphql("{ " + many(900, "a: post(id: #) { id }") + " }"),
        400,
        "TOO_MANY",
    ),
    Attack(
        "400 fields of one key and other arguments, in fragments",
        graphql(
            "{ ...A ...B } fragment A on Query { "
            + many(200, "tags(first: #) { id }")
            + " } fragment B on Query { "
            + many(200, "tags(first: #) { name }")
            + " }"
        ),
        400,
        "TOO_MANY_FIELDS",
    ),
    Attack(
        "1,000 directives on a field",
        graphql("{ __typename " + "@skip(if: false) " * 1000 + "}"),
        400,
        "TOO_MANY",
    ),
    Attack(
        "1,500 unknown directives",
        graphql("{ __typename " + many(1500, "@x#") + " }"),
        400,
        "TOO_MANY_DIRECTIVES",
    ),
    Attack(
        "100 directives on an operation",
        graphql("query " + many(100, "@x#") + " { __typename }"),
        400,
        "TOO_MANY_DIRECTIVES",
    ),
    Attack(
        "900 variables",
        graphql("query (" + many(900, "$v#: Int") + ") { __typename }"),
        400,
        INVALID,
    ),
    Attack(
        "200 variables that are not declared",
        graphql("{ " + many(200, "posts(first: $v#) { id }") + " }"),
        400,
        "TOO_MANY_FIELDS",
    ),
    Attack(
        "1,000 arguments",
        graphql("{ posts(" + many(1000, "first: #") + ") { id } }"),
        400,
        INVALID,
    ),
    Attack(
        "1,000 unknown arguments",
        graphql("{ posts(" + many(1000, "a#: 1") + ") { id } }"),
        400,
        INVALID,
    ),
    Attack(
        "900 unknown fields",
        graphql("{ " + many(900, "unknown#") + " }"),
        400,
        INVALID,
    ),
    Attack(
        "800 entries of an enum list",
        graphql("{ posts(filter: {status: {in: [" + "PUBLISHED " * 800 + "]}}) { id } }"),
        200,
        '"data"',
    ),
    Attack(
        "1,000 operations",
        graphql(many(1000, "query Q# { __typename }"), operationName="Q1"),
        400,
        "TOO_MANY",
    ),
    Attack(
        "1,000 operations of one name",
        graphql("query Q { __typename } " * 1000, operationName="Q"),
        400,
        "TOO_MANY",
    ),
    Attack(
        "an operation with a name of 90,000 letters",
        graphql("query " + "Q" * 90_000 + " { __typename }"),
        400,
        "NAME_TOO_LONG",
    ),
    Attack(
        "an operationName of a million letters",
        graphql("{ __typename }", operationName="Q" * 1_000_000),
        400,
        "There must be exactly one operation",
    ),
    Attack(
        "an alias of 90,000 letters",
        graphql("{ " + "a" * 90_000 + ": __typename }"),
        400,
        "NAME_TOO_LONG",
    ),
    Attack(
        "an unknown field of 90,000 letters",
        graphql("{ " + "a" * 90_000 + " }"),
        400,
        "NAME_TOO_LONG",
    ),
]
