"""Whatever is asked with whatever variables: the quick check and validation say the same."""

from graphql import parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_blog.graph import limits
from graphql_blog.graph.schema import build_schema

SCHEMA = build_schema()._schema
VARIABLES = ("a", "b")

sizes = st.sampled_from(["0", "1", "100", "101", "-1", "null", '"x"', "$a", "$b"])
defaults = st.sampled_from(["", " = 0", " = 5", " = null"])
texts = st.sampled_from(['"fine"', '"\\u0000"'])
ids = st.sampled_from(["[]", '["1"]', "[" + '"1" ' * 101 + "]", "$a"])
values = st.recursive(
    st.sampled_from([None, True, False, -1, 0, 1, 100, 101, "fine", "\x00", "\ud800"]),
    lambda inner: st.lists(inner, max_size=2) | st.just(["1"] * 101),
    max_leaves=4,
)


@st.composite
def fields(draw):
    arguments = draw(st.dictionaries(st.sampled_from(["first", "last", "offset"]), sizes))
    given = " ".join(f"{name}: {value}" for name, value in arguments.items())
    paged = f"posts({given}) {{ id }}" if given else "posts { id }"
    slug = f"postBySlug(slug: {draw(texts)}) {{ id }}"
    return draw(st.sampled_from([paged, slug, f"nodes(ids: {draw(ids)}) {{ id }}", "nothing"]))


@st.composite
def documents(draw):
    operations = []
    for name in draw(st.sampled_from([[""], ["One"], ["One", "Two"]])):
        declared = [f"${variable}: Int{draw(defaults)}" for variable in VARIABLES]
        selected = " ".join(draw(st.lists(fields(), min_size=1, max_size=3)))
        operations.append(f"query {name}({' '.join(declared)}) {{ {selected} }}")
    return " ".join(operations)


@settings(deadline=None, derandomize=True, print_blob=True)
@given(
    documents(),
    st.dictionaries(st.sampled_from([*VARIABLES, "other"]), values),
    st.sampled_from([None, "One"]),
)
def test_what_the_quick_check_lets_through_has_only_the_errors_of_its_document(
    text, variables, name
):
    document = parse(text)

    alone = validate(SCHEMA, document, limits.RULES)
    together = limits.validated(SCHEMA, document, variables, name)

    if limits.violated(limits.facts_of(document), variables, name):
        assert together
    else:
        assert [error.formatted for error in together] == [error.formatted for error in alone]
