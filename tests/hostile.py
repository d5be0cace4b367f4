"""Documents that are meant to do harm, by what they are after.

Each is as large as may be without being refused for its size, or far larger. How long each of them
takes is what `.venv/bin/python -m tests.hostile` prints.
"""

import time

from graphql_blog.graph.schema import build_schema

MANY = 990
"""So many fields, a little under the limit."""


def _chain(links: int, each: str) -> str:
    last = f"fragment F{links} on Post {{ id }}"
    return " ".join(each.format(i=i, next=i + 1) for i in range(links)) + " " + last


TOO_MUCH = {
    "a million aliases": (
        "{" + " ".join(f"a{i}: __typename" for i in range(62_000)) + "}",
        "DOCUMENT_TOO_LONG",
    ),
    "as many tokens as fit": ("{" + "a " * 49_000 + "}", "TOO_MANY_TOKENS"),
    "aliases": ("{" + " ".join(f"a{i}: __typename" for i in range(990)) + "}", "TOO_MANY_ALIASES"),
    "aliases of the dearest": (
        "{" + " ".join(f"a{i}: posts(first: 100) {{ id }}" for i in range(30)) + "}",
        "MAX_COST_EXCEEDED",
    ),
    "fields": ("{" + "__typename " * 3_990 + "}", "TOO_MANY_FIELDS"),
    "unknown fields": ("{" + " ".join(f"pots{i}" for i in range(3_990)) + "}", "TOO_MANY_FIELDS"),
    "the same field with a selection": ("{" + "posts { id } " * 900 + "}", "TOO_MANY_FIELDS"),
    "the same key for the same field": ("{" + "x: posts { id } " * 500 + "}", "TOO_MANY_ALIASES"),
    "merging at the second level": (
        "{" + ("posts {" + "id " * 20 + "} ") * 20 + "}",
        "TOO_MANY_FIELDS",
    ),
    "depth": ("{" + "posts{author{" * 15 + "id" + "}}" * 15 + "}", "QUERY_TOO_DEEP"),
    "depth without end": ("{" + "posts{author{" * 600 + "id" + "}}" * 600 + "}", "QUERY_TOO_DEEP"),
    "brackets that never close": ("{a" * 1_900, "QUERY_TOO_DEEP"),
    "lists in lists": ("{ post(id: " + "[" * 1_900 + "]" * 1_900 + ") { id } }", "QUERY_TOO_DEEP"),
    "objects in objects": (
        "{ posts(filter: " + "{not:" * 900 + "{}" + "}" * 900 + ") { id } }",
        "QUERY_TOO_DEEP",
    ),
    "types in types": (
        "query ($a: " + "[" * 1_900 + "Int" + "]" * 1_900 + ") { __typename }",
        "QUERY_TOO_DEEP",
    ),
    "inline fragments in each other": (
        "{" + "...{" * 1_200 + "__typename" + "}" * 1_200 + "}",
        "QUERY_TOO_DEEP",
    ),
    "fragments that double": (
        "{ posts { ...F0 } } " + _chain(60, "fragment F{i} on Post {{ ...F{next} ...F{next} }}"),
        "TOO_MANY_FIELDS",
    ),
    "fragments that double with fields": (
        "{ posts { ...F0 } } "
        + _chain(60, "fragment F{i} on Post {{ a: id ...F{next} b: id ...F{next} }}"),
        "TOO_MANY_ALIASES",
    ),
    "a chain of fragments": (
        "{ posts { ...F0 } } " + _chain(90, "fragment F{i} on Post {{ ...F{next} }}"),
        "TOO_MANY_FIELDS",
    ),
    "depth through fragments": (
        "{ posts { ...F0 } } "
        + _chain(30, "fragment F{i} on Post {{ author {{ posts {{ ...F{next} }} }} }}"),
        "QUERY_TOO_DEEP",
    ),
    "the same fragment over and over": (
        "{ posts {" + "...F " * 1_200 + "} } fragment F on Post { id title }",
        "TOO_MANY_FIELDS",
    ),
    "fragments nobody asks for": (
        "{ __typename } fragment F on Query {" + "posts { id } " * 900 + "}",
        "TOO_MANY_FIELDS",
    ),
    "directives": ("{ __typename " + "@include(if: true) " * 500 + "}", "TOO_MANY_DIRECTIVES"),
    "directives that do not exist": ("{ __typename " + "@a " * 1_900 + "}", "TOO_MANY_DIRECTIVES"),
    "operations": (
        " ".join(f"query Q{i} {{ __typename }}" for i in range(790)),
        "TOO_MANY_DEFINITIONS",
    ),
    "fragments side by side": (
        "{ posts {"
        + " ".join(f"...F{i}" for i in range(90))
        + "} } "
        + " ".join(f"fragment F{i} on Post {{ id }}" for i in range(90)),
        "TOO_MANY_FIELDS",
    ),
    "introspection of types through fragments": (
        '{ __type(name: "Post") { ...F0 } } '
        + " ".join(f"fragment F{i} on __Type {{ ofType {{ ...F{i + 1} }} }}" for i in range(90))
        + " fragment F90 on __Type { name }",
        "INTROSPECTION_TOO_DEEP",
    ),
    "introspection in circles": (
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "INTROSPECTION_TOO_DEEP",
    ),
    "introspection of types of types": (
        '{ __type(name: "Post") {' + "ofType {" * 70 + "name" + "}" * 70 + "} }",
        "QUERY_TOO_DEEP",
    ),
    "introspection in circles through fragments": (
        "{ __schema { types { ...F } } } fragment F on __Type { fields { type { ...G } } }"
        " fragment G on __Type { fields { type { fields { name } } } }",
        "INTROSPECTION_TOO_DEEP",
    ),
    "pages in pages": (
        "{ posts(first: 100) { comments(first: 100) { author { name } } } }",
        "MAX_COST_EXCEEDED",
    ),
    "one long text": ('{ post(id: "' + "a" * 1_000_000 + '") { id } }', "DOCUMENT_TOO_LONG"),
    "one long name": ("{" + "a" * 1_000_000 + "}", "DOCUMENT_TOO_LONG"),
    "a name that fits": ("{" + "a" * 90_000 + "}", "NAME_TOO_LONG"),
    "an alias for every comment": ("{" + "a" * 256 + ": __typename }", "NAME_TOO_LONG"),
    "the name of an operation": ("query " + "A" * 90_000 + " { a }", "NAME_TOO_LONG"),
    "a number that fits": ("{ post(id: " + "1" * 90_000 + ") { id } }", "NAME_TOO_LONG"),
    "a long number": ("{ post(id: " + "1" * 1_000_000 + ") { id } }", "DOCUMENT_TOO_LONG"),
    "blanks": ("{ __typename " + " " * 1_000_000 + "}", "DOCUMENT_TOO_LONG"),
    "comments": ("{ __typename }" + "#\n" * 500_000, "DOCUMENT_TOO_LONG"),
}
"""A document, and the code that it is refused with."""

INVALID = {
    "unknown fields": "{" + " ".join(f"pots{i}" for i in range(MANY)) + "}",
    "unknown fields of one object": "{ posts {"
    + " ".join(f"titel{i}" for i in range(MANY))
    + "} }",
    "fragments in a circle": "{ posts { ...F0 } } "
    + " ".join(f"fragment F{i} on Post {{ id ...F{(i + 1) % 40} }}" for i in range(40)),
    "a fragment in itself, through fields": "{ posts { ...F } }"
    " fragment F on Post { author { posts { ...F } } }",
    "fragments in each other, through fields": "{ posts { ...F } }"
    " fragment F on Post { author { ...G } } fragment G on User { posts { ...F } }",
    "a fragment nobody asks for in itself": "{ __typename }"
    " fragment F on Post { author { posts { ...F } } }",
    "every fragment in every other": "{ posts { ...F0 } } "
    + " ".join(
        f"fragment F{i} on Post {{" + " ".join(f"...F{j}" for j in range(30)) + "}"
        for i in range(30)
    ),
    "fields that cannot be merged": "{"
    + " ".join(f"posts(first: {i + 1}) {{ id }}" for i in range(60))
    + "}",
    "fields that cannot be merged, below": "{"
    + " ".join(f"posts {{ comments(first: {i + 1}) {{ id }} }}" for i in range(60))
    + "}",
    "arguments twice": "{ posts(" + "first: 1 " * 1_300 + ") { id } }",
    "arguments that do not exist": "{ posts("
    + " ".join(f"firts{i}: 1" for i in range(1_300))
    + ") { id } }",
    "variables nobody uses": "query ("
    + " ".join(f"$v{i}: Int" for i in range(990))
    + ") { __typename }",
    "variables of types that do not exist": "query ("
    + " ".join(f"$v{i}: Itn{i}" for i in range(990))
    + ") { __typename }",
    "variables that are not declared": "{ posts(filter: { id: { in: ["
    + "$v " * 1_900
    + "] } }) { id } }",
    "operations of one name": "query A { __typename } " * 100,
    "fragments of one name": "{ ...F } " + "fragment F on Query { __typename } " * 490,
    "fields of an input twice": "{ posts(filter: {" + "not: {} " * 990 + "}) { id } }",
    "enum values that do not exist": "{ posts(filter: { status: { in: ["
    + " ".join(f"PUBLISHD{i}" for i in range(3_900))
    + "] } }) { id } }",
    "types": " ".join(f"type T{i} {{ a: Int }}" for i in range(490)),
    "a type with a long tail": "{ __typename } type T {"
    + " ".join("a: Int" for _ in range(1300))
    + "}",
    "no end": "{ posts { " + "id " * 3_000,
    "a text without end": '{ post(id: "' + "a" * 90_000,
    "a block text without end": '{ post(id: """' + 'a"' * 45_000,
    "a block text that quotes its own end": '{ post(id: """' + '\\"""' * 20_000,
    "a text that quotes its own end": '{ post(id: "' + '\\"' * 45_000,
    "backslashes": '{ post(id: "' + "\\" * 90_000,
    "nothing but quotes": '"' * 90_000,
}
"""Documents within the limits that GraphQL itself refuses."""

DEAR_TO_CHECK = {
    "the same over and over": "{ posts {" + "id " * 60 + "} }",
    "the same with selections": "{ posts { " + "author { posts { author { id } } } " * 30 + "} }",
    "all that is in the schema": "{ posts {"
    + "id title slug version status author { id } " * 15
    + "} }",
    "many operations": " ".join(f"query Q{i} {{ __typename }}" for i in range(100)),
    "fragments side by side": "{ posts {"
    + " ".join(f"...F{i}" for i in range(40))
    + "} } "
    + " ".join(f"fragment F{i} on Post {{ id }}" for i in range(40)),
    "fragments on every type": "{ nodes(ids: []) {"
    + " ".join(f"... on {type_} {{ id }}" for type_ in ("Post", "User", "Tag", "Comment") * 25)
    + "} }",
    "a long list": "{ nodes(ids: [" + '"a" ' * 100 + "]) { id } }",
}
"""Valid, or nearly so: what checking them costs is what is looked at."""


def main() -> None:
    """A line for each: the least time of ten, that of this process alone."""
    documents = build_schema().documents(entries=0)
    for name, text in {
        **{name: text for name, (text, _) in TOO_MUCH.items()},
        **INVALID,
        **DEAR_TO_CHECK,
    }.items():
        least = 1.0
        for _ in range(10):
            began = time.process_time()
            errors = documents.prepared(text).errors
            least = min(least, time.process_time() - began)
        said = errors[0].message if errors else "fine"
        print(f"{least * 1000:8.2f} ms  {name}: {said[:70]}")


if __name__ == "__main__":
    main()
