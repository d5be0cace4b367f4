"""Operations in the files of a client: in GraphQL, in scripts, with fragments of other files."""

from pathlib import Path

import pytest

from graphql_blog.graph.persisted.sources import Place, find


def written(folder: Path, **files: str) -> Path:
    """A folder with these files; `__` stands for the point before a suffix."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def problems_in(folder: Path) -> list[tuple[str, str]]:
    found = find(folder)
    return [(str(one.place).removeprefix(f"{folder}/"), one.message) for one in found.problems]


def test_an_operation_brings_the_fragments_it_needs_from_all_files(tmp_path):
    written(
        tmp_path,
        home__graphql="query Home { posts { ...Card } }\nquery Bare { __typename }\n",
        card__gql="fragment Card on Post { title author { ...Person } }",
        person__graphql="fragment Person on User { name }\nfragment Unused on User { id }",
    )

    found = find(tmp_path)

    assert [(one.name, one.kind, one.text) for one in found.operations] == [
        (
            "Home",
            "query",
            "query Home { posts { ...Card } }\n\n"
            "fragment Card on Post { title author { ...Person } }\n\n"
            "fragment Person on User { name }",
        ),
        ("Bare", "query", "query Bare { __typename }"),
    ]
    assert [fragment.name for fragment in found.unused] == ["Unused"]
    assert found.problems == []


def test_a_position_of_the_text_is_told_as_a_place_in_its_file(tmp_path):
    home = "# A comment\nquery Home {\n  posts { ...Card }\n}"
    written(tmp_path, home__graphql=home, card__gql="\n\n  fragment Card on Post {\n  title }")

    (operation,) = find(tmp_path).operations

    home_file, card_file = str(tmp_path / "home.graphql"), str(tmp_path / "card.gql")
    assert operation.place() == Place(home_file, 2, 1)
    assert operation.place(operation.text.index("posts")) == Place(home_file, 3, 3)
    assert operation.place(operation.text.index("fragment")) == Place(card_file, 3, 3)
    assert operation.place(operation.text.index("title")) == Place(card_file, 4, 3)
    assert operation.place(10_000) == Place(home_file, 2, 1)


@pytest.mark.parametrize(
    "script",
    [
        "const q = gql`\n  query Q { a }`;",
        "const q = graphql`\n  query Q { a }`;",
        "const q = gql(`\n  query Q { a }`);",
        "const q = graphql(\n`  query Q { a }`);",
        "const q = graphql(/* GraphQL */ `\n  query Q { a }`);",
        "const q = /* GraphQL */\n`  query Q { a }`;",
        "const q = gql`\n  query Q { a }\n${CARD}`;",
        "const q = gql`${\n  CARD}query Q { a } `;",
        "/* GraphQL */ `\n  query Q { a }`;",
        "/** As in gql`query R { a }` */ const q =\ngql`  query Q { a }`;",
    ],
)
def test_scripts_hold_operations_in_templates(tmp_path, script):
    written(tmp_path, page__tsx=script)

    (operation,) = find(tmp_path).operations

    assert operation.text == "query Q { a }"
    assert (operation.place().line, operation.place().file) == (2, str(tmp_path / "page.tsx"))


def test_other_templates_and_schemas_are_no_operations(tmp_path):
    written(
        tmp_path,
        a__ts="const a = `query Q { a }`; const b = mygql`{ b }`;",
        d__ts="const typeDefs = gql`type Query {a: Int}`",
        e__ts="// gql`query Q { a }`\n/**\n * graphql(`query Q { a }`)\n */\n  /* gql`{ a }` */",
        b__js="const empty = gql``; const comment = gql` # query Q { a } \n`;",
        schema__graphql="type Query { a: Int }",
        c__graphql="# nothing yet\n",
        d__md="gql`query Q { a }`",
    )

    found = find(tmp_path)

    assert (found.operations, found.problems, found.unused) == ([], [], [])


def test_installed_packages_and_hidden_folders_are_left_out(tmp_path):
    for folder in ("node_modules/package", ".cache", "src"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "q.graphql").write_text("query Q { a }")

    (operation,) = find(tmp_path).operations

    assert operation.place().file == str(tmp_path / "src" / "q.graphql")


def test_what_cannot_be_read_is_told_with_its_place_and_the_rest_is_read(tmp_path):
    written(
        tmp_path,
        a__graphql="query A {\n  a {\n",
        b__ts="let x = 1;\nconst b = gql`query B { b: }`",
        c__graphql="query C { c }",
    )
    (tmp_path / "d.graphql").write_bytes(b"query D { \xff }")

    assert problems_in(tmp_path) == [
        ("a.graphql:3:1", "Syntax Error: Expected Name, found <EOF>."),
        ("b.ts:2:28", "Syntax Error: Expected Name, found '}'."),
        ("d.graphql:1:1", "This is not UTF-8 (byte 11)."),
    ]
    assert [operation.name for operation in find(tmp_path).operations] == ["C"]


def test_names_that_come_twice_are_told(tmp_path):
    written(
        tmp_path,
        a__graphql="query Home { a }\nfragment F on Query { a }\n"
        "fragment Same on Query { a }\n{ a }",
        b__graphql="{ b }\nmutation Home { a }\nfragment F on Query { b }",
        c__graphql="fragment Same on Query { a }",
    )

    assert problems_in(tmp_path) == [
        ("b.graphql:2:1", f'There is another operation named "Home": {tmp_path}/a.graphql:1:1.'),
        ("b.graphql:3:1", f'There is another fragment named "F": {tmp_path}/a.graphql:2:1.'),
    ]


def test_a_fragment_of_the_same_file_goes_before_one_of_another(tmp_path):
    written(
        tmp_path,
        a__graphql="fragment F on Query { a }",
        b__graphql="query Q { ...F }\nfragment F on Query { b }",
    )

    (operation,) = find(tmp_path).operations

    assert operation.text == "query Q { ...F }\n\nfragment F on Query { b }"


def test_fragments_that_spread_each_other_come_once(tmp_path):
    written(
        tmp_path,
        a__graphql="query Q { ...A ...A ...Gone } fragment A on Query { ...B }"
        " fragment B on Query { ...A }",
    )

    (operation,) = find(tmp_path).operations

    assert [part.name for part in operation.definitions] == ["Q", "A", "B"]


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        find(tmp_path / "nothing")
