"""Whatever graphql-core parses, the outline reads as it does."""

from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    VariableNode,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_blog.graph.limits.outline import Field, Inline, Spread, Variable, outlined
from graphql_blog.graph.limits.tokens import tokens_of
from graphql_blog.graph.schema import build_schema
from tests.limits import UNLIMITED
from tests.torture.documents import document

BLOG = build_schema()
SCHEMA, DOCUMENTS = BLOG._schema, BLOG.documents(entries=0)

documents = st.binary(min_size=50, max_size=400).map(lambda data: document(SCHEMA, data).text)
ignored = st.text(" \t\r\n,\ufeff", max_size=3) | st.text(max_size=8).map(
    lambda text: "#" + "".join(text.splitlines()) + "\n"
)
strings = st.one_of(
    st.text('ab"\\{}()[]#$@:!, \n', max_size=12).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    ),
    st.text('ab"\\{}()[]#$@:!, \n', max_size=12).map(
        lambda text: '"""' + text.replace('"""', '\\"""').rstrip('"\\') + '"""'
    ),
)
scalars = strings | st.sampled_from(
    ["1", "-0", "20", "1.5", "1e9", "9" * 400, "true", "null", "$a", "ENUM", "on", "query"]
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda found: f"[{' '.join(found)}]")
        | st.lists(inner, max_size=3).map(
            lambda found: f"{{{' '.join(f'on: {v}' for v in found)}}}"
        )
    ),
    max_leaves=6,
)
names = st.sampled_from(["a", "_B2", "query", "fragment", "type", "null", "on"])


@st.composite
def selections(draw: st.DrawFn, depth: int = 0) -> str:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        directives = draw(st.sampled_from(["", "@a", f"@b(c: {draw(values)})"]))
        below = draw(selections(depth + 1)) if depth < 3 and draw(st.booleans()) else ""
        kind = draw(st.sampled_from(["field", "spread", "inline"]))
        if kind == "field":
            alias = draw(st.sampled_from(["", f"{draw(names)}:"]))
            arguments = draw(st.lists(st.tuples(names, values), max_size=2))
            given_ = " ".join(f"{name}: {value}" for name, value in arguments)
            given_ = f"({given_})" if given_ else ""
            found.append(f"{alias}{draw(names)}{given_}{directives}{below}")
        elif kind == "spread" or not below:
            found.append(f"...{draw(names.filter(lambda name: name != 'on'))} {directives}")
        else:
            condition = draw(st.sampled_from(["", f"on {draw(names)}"]))
            found.append(f"...{condition}{directives}{below}")
    return "{" + draw(ignored).join(f" {one} " for one in found) + "}"


@st.composite
def made_up(draw: st.DrawFn) -> str:
    """Documents of no schema, with everything in them that has a syntax."""
    definitions = [draw(ignored)]
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["{}", "query", "mutation", "fragment"]))
        head = ""
        if kind == "fragment":
            name = draw(names.filter(lambda name: name != "on"))
            head = f"fragment {name} on {draw(names)} @a "
        elif kind != "{}":
            default = f"= {draw(values.filter(lambda value: '$' not in value))}"
            variables = f"($a: [Int!]! {default} @b(c: {draw(strings)}), $b: Int)"
            named = draw(st.sampled_from(["", "Named"])) + draw(st.sampled_from(["", variables]))
            head = f"{kind} {named}"
        definitions.append(head + draw(selections()) + draw(ignored))
    return "\n".join(definitions)


@settings(deadline=None, derandomize=True, print_blob=True, max_examples=120)
@given(documents | made_up())
def test_the_outline_is_what_graphql_core_parses(text: str) -> None:
    parsed = parse(text)
    tokens, starts = tokens_of(text, 100_000)

    outline = outlined(text, tokens, starts, UNLIMITED)

    operations = [one for one in parsed.definitions if isinstance(one, OperationDefinitionNode)]
    fragments: dict[str, Any] = {}
    for one in parsed.definitions:
        if isinstance(one, FragmentDefinitionNode):
            fragments.setdefault(one.name.value, one)
    assert [
        (one.kind, one.name, one.defaults, read(one.selections)) for one in outline.operations
    ] == [
        (
            one.operation.value,
            one.name.value if one.name else "",
            {
                variable.variable.name.value: size(variable.default_value)
                for variable in one.variable_definitions or ()
                if variable.default_value
            },
            parsed_selections(one.selection_set),
        )
        for one in operations
    ]
    assert {
        name: (one.condition, read(one.selections)) for name, one in outline.fragments.items()
    } == {
        name: (one.type_condition.name.value, parsed_selections(one.selection_set))
        for name, one in fragments.items()
    }


@settings(deadline=None, derandomize=True, print_blob=True, max_examples=60)
@given(documents | made_up())
def test_tokens_are_counted_as_graphql_core_counts_them(text: str) -> None:
    tokens, _ = tokens_of(text, 100_000)

    parse(text, max_lexical_tokens=len(tokens))
    with pytest.raises(GraphQLSyntaxError, match="more than"):
        parse(text, max_lexical_tokens=len(tokens) - 1)


@settings(deadline=None, derandomize=True, print_blob=True, max_examples=200)
@given(st.text('{}()[]:$@!."\\#\n ab1-…', max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    prepared = DOCUMENTS.prepared(text)

    assert prepared.errors or prepared.document


def read(selections_: list[Any]) -> list[Any]:
    found: list[Any] = []
    for one in selections_:
        if isinstance(one, Field):
            below = read(one.selections)
            found.append(("field", one.key, one.name, one.start, one.arguments, below))
        elif isinstance(one, Spread):
            found.append(("spread", one.name, one.start))
        else:
            assert isinstance(one, Inline)
            found.append(("inline", one.condition, read(one.selections)))
    return found


def parsed_selections(selection_set: Any) -> list[Any]:
    found: list[Any] = []
    for node in selection_set.selections if selection_set else ():
        start = node.loc.start
        if isinstance(node, FieldNode):
            key = (node.alias or node.name).value
            arguments = {one.name.value: size(one.value) for one in node.arguments or ()}
            below = parsed_selections(node.selection_set)
            found.append(("field", key, node.name.value, start, arguments, below))
        elif isinstance(node, FragmentSpreadNode):
            found.append(("spread", node.name.value, start))
        else:
            assert isinstance(node, InlineFragmentNode)
            condition = node.type_condition.name.value if node.type_condition else None
            found.append(("inline", condition, parsed_selections(node.selection_set)))
    return found


def size(node: Any) -> Any:
    if isinstance(node, VariableNode):
        return Variable(node.name.value)
    if isinstance(node, ListValueNode):
        return len(node.values)
    if isinstance(node, IntValueNode) and len(node.value.lstrip("-")) <= 9:
        return int(node.value)
    return None
