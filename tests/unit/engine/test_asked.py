"""What a selection asks for: columns, names and arguments, through all that GraphQL can write."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry

from graphql_blog.engine.asked import Asked
from graphql_blog.engine.executor import BreadthFirstExecutor
from graphql_blog.engine.fields import batch_field, column, computed, part, relation, root_rows
from graphql_blog.engine.loaders import Loaders

noted: list[Asked] = []


async def nobody(asked: Asked, keys: list[int]) -> list[Any]:
    noted.append(asked)
    return [None for _ in keys]


async def no_pages(asked: Asked, keys: list[int], *, first: int | None = 20) -> list[Any]:
    noted.append(asked)
    return [None for _ in keys]


@strawberry.interface
class Named:
    name: str = column("name", description="")

    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> bool:
        return True


@strawberry.type
class Label:
    text: str = column("label_text", description="")
    colour: str = column("label_colour", description="")

    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> bool:
        return True


@strawberry.type
class Book(Named):
    pages: int = column("page_count", description="")

    @computed("page_count", "font", description="")
    def thickness(self) -> int:
        return 1

    @part(description="")
    def label(self) -> Label:
        return self  # type: ignore[return-value]

    writer: "Writer | None" = relation(nobody, key="writer_id", description="")
    editions: list[int] | None = batch_field(no_pages, description="")


@strawberry.type
class Writer(Named):
    age: int = column("age", description="")


async def book(asked: Asked) -> Any:
    noted.append(asked)
    return Row()


class Row:
    """A row with every column that there is."""

    name, page_count, font, writer_id, id = "Name", 1, "Serif", 7, 1
    label_text, label_colour = "Text", "Red"


async def thing(asked: Asked) -> Any:
    noted.append(asked)
    return None


@strawberry.type
class Query:
    book: Book = root_rows(book, description="")
    thing: Named | None = root_rows(thing, description="")


core = strawberry.Schema(Query, types=[Book, Writer])
engine = strawberry.Schema(
    Query, types=[Book, Writer], execution_context_class=BreadthFirstExecutor
)


@dataclass
class Context:
    loaders: Loaders = field(default_factory=Loaders)


async def asked_by(query: str, **variables: Any) -> Asked:
    """What the first field of the query was asked for, which is the same on both executors."""
    seen = []
    for schema in (core, engine):
        noted.clear()
        result = await schema.execute(query, variable_values=variables, context_value=Context())
        assert result.errors is None, result.errors
        seen.append([(asked.columns, asked.path, asked.field_name) for asked in noted])
    assert seen[0] == seen[1]
    return noted[0]


@pytest.mark.parametrize(
    ("selection", "columns"),
    [
        ("__typename", []),
        ("name", ["name"]),
        ("name name again: name", ["name"]),
        ("thickness", ["font", "page_count"]),
        ("thickness pages", ["font", "page_count"]),
        ("writer { name }", ["writer_id"]),
        ("editions", ["id"]),
        ("label { text }", ["label_text"]),
        ("label { text } label { colour }", ["label_colour", "label_text"]),
        ("label { __typename }", []),
        ("label { ... on Label { text } }", ["label_text"]),
        ("... on Book { pages }", ["page_count"]),
        ("... on Named { name }", ["name"]),
        ("... { name }", ["name"]),
        ("... on Named { ... on Book { pages } ... on Writer { age } }", ["page_count"]),
        ("name @skip(if: true) pages", ["page_count"]),
        ("name @skip(if: false)", ["name"]),
        ("name @include(if: false) pages", ["page_count"]),
        ("name @include(if: true) @skip(if: true) pages", ["page_count"]),
        ("... @include(if: false) { name } pages", ["page_count"]),
        ("label @skip(if: true) { text } pages", ["page_count"]),
    ],
)
async def test_the_columns_of_a_selection(selection, columns):
    assert list((await asked_by(f"{{ book {{ {selection} }} }}")).columns) == columns


async def test_fragments_are_opened_where_they_are_about_this_type():
    asked = await asked_by(
        """{ book { ...A ...B @include(if: false) } }
        fragment A on Named { name ...C }
        fragment B on Book { thickness }
        fragment C on Book { label { ...D } }
        fragment D on Label { colour }"""
    )

    assert asked.columns == ("label_colour", "name")


async def test_a_field_that_is_named_twice_asks_for_both_selections():
    asked = await asked_by("{ book { name } book { pages } }")

    assert asked.columns == ("name", "page_count")
    assert len(noted) == 1


async def test_variables_decide_what_is_skipped():
    query = """query ($yes: Boolean!, $no: Boolean = false) {
      book { name @include(if: $yes) pages @include(if: $no) __typename }
    }"""

    assert (await asked_by(query, yes=True)).columns == ("name",)
    assert (await asked_by(query, yes=False)).columns == ()
    assert (await asked_by(query, yes=False, no=True)).columns == ("page_count",)


async def test_an_interface_asks_for_the_columns_of_each_possible_type():
    asked = await asked_by(
        "{ thing { name ... on Book { pages } ... on Writer { age } ...W } }"
        " fragment W on Writer { age }"
    )

    assert asked.on("Book").columns == ("name", "page_count")
    assert asked.on("Writer").columns == ("age", "name")


async def test_whether_a_field_is_asked_for():
    asked = await asked_by(
        "{ book { ...A pages @skip(if: true) label { text } } } fragment A on Book { name }"
    )

    assert [asked.asks_for(name) for name in ("name", "label", "pages", "text")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("argument", "given", "passes"),
    [
        ("", {}, False),
        ("(first: 1)", {}, True),
        ("(first: null)", {}, False),
        ("(first: $n)", {"n": 1}, True),
        ("(first: $n)", {"n": None}, False),
        ("(first: $n)", {}, False),
    ],
)
async def test_whether_an_argument_is_passed(argument, given, passes):
    variable = "($n: Int)" if "$" in argument else ""
    await asked_by(f"query {variable} {{ book {{ editions{argument} }} }}", **given)

    assert noted[1].passes_argument("first") is passes


async def test_a_field_knows_where_it_stands():
    await asked_by("{ mine: book { by: writer { name } } }")

    assert [asked.path for asked in noted] == [["mine"], ["mine", "by"]]
