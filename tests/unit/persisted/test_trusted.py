"""Trusted documents: the manifests that are understood, and what each may be asked for by."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from graphql_blog.graph.persisted import manifests, sources
from graphql_blog.graph.persisted.manifests import APOLLO, Unusable
from graphql_blog.graph.persisted.trusted import Trusted

HOME = "query Home {\n  posts {\n    title\n  }\n}"
MD5 = "3be4abb81fa595e25eb725b2c6a87508"


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def manifest(folder: Path, content: Any, name: str = "manifest.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def apollo(*operations: Any, version: int = 1) -> Any:
    return {"format": APOLLO, "version": version, "operations": list(operations)}


def test_relays_map_is_asked_for_by_its_keys_and_by_hash(tmp_path):
    trusted = Trusted(manifests.read(manifest(tmp_path, {MD5: f"{HOME}\n"})))

    assert trusted.text(MD5) == f"{HOME}\n"
    assert trusted.text(hash_of(f"{HOME}\n")) == f"{HOME}\n"
    assert trusted.text(hash_of(HOME)) == HOME
    assert trusted.text("Home") is None
    assert HOME in trusted
    assert f"\n {HOME} " in trusted
    assert "query Home { posts { title } }" not in trusted
    (document,) = trusted
    assert str(document.place(0)) == f"{tmp_path}/manifest.json#{MD5}:1:1"


@pytest.mark.parametrize("prefix", ["", "sha256:"])
def test_code_generators_write_hashes_with_their_kind_or_without(tmp_path, prefix):
    given = {f"{prefix}{hash_of(HOME)}": HOME}

    trusted = Trusted(manifests.read(manifest(tmp_path, given)))

    assert trusted.text(hash_of(HOME)) == HOME


def test_apollos_format_is_understood(tmp_path):
    entry = {"id": "home-1", "name": "Home", "type": "query", "body": HOME}

    trusted = Trusted(manifests.read(manifest(tmp_path, apollo(entry))))

    assert trusted.text("home-1") == HOME
    assert trusted.text(hash_of(HOME)) == HOME
    (document,) = trusted
    assert str(document.place(14)) == f"{tmp_path}/manifest.json#Home:2:2"


def test_a_folder_is_asked_for_by_name_and_by_the_hash_of_each_spelling(tmp_path):
    file = "# The home page\nquery Home { posts { ...Card } }\n\nfragment Card on Post { title }\n"
    (tmp_path / "home.graphql").write_text(file)
    manifest(tmp_path, {MD5: "{ __typename }"})
    printed = "query Home {\n  posts {\n    ...Card\n  }\n}\n\nfragment Card on Post {\n  title\n}"
    plain = "query Home { posts { ...Card } }\n\nfragment Card on Post { title }"

    trusted = Trusted(manifests.read(tmp_path))

    assert trusted.text("Home") == plain
    for text in (file, file.strip(), plain, printed, f"{printed}\n"):
        assert trusted.text(hash_of(text)) == text
        assert text in trusted
    assert trusted.text(MD5) == "{ __typename }"


def test_a_file_of_several_operations_may_be_sent_whole(tmp_path):
    (tmp_path / "all.graphql").write_text(
        "query A { ...F } query B { a } fragment F on Query { a }"
    )
    (tmp_path / "part.graphql").write_text("query C { ...F }")

    trusted = Trusted(manifests.read(tmp_path))

    assert "query A { ...F } query B { a } fragment F on Query { a }" in trusted
    assert "query B { a }" in trusted
    assert "query C { ...F }" not in trusted


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "this is not valid JSON: "),
        ([], 'it must be {"<id>": "<text>"}'),
        ({"a": 1}, 'it must be {"<id>": "<text>"}'),
        ({}, "there is no operation in it"),
        (apollo(version=2), f"only version 1 of the format {APOLLO} is known"),
        ({"format": "other", "operations": []}, f"only version 1 of the format {APOLLO}"),
        ({**apollo(), "operations": {}}, "`operations` must be a list"),
        (apollo({"id": "1"}), "operation 1 must have an `id` and a `body`"),
        (apollo({"id": "1", "body": HOME}, "x"), "operation 2 must have an `id` and a `body`"),
        (
            apollo({"id": "1", "body": HOME}, {"id": "1", "name": "B", "body": "{ b }"}),
            '"1" is the id of another document too: ',
        ),
    ],
)
def test_what_is_no_manifest_is_refused_with_its_name(tmp_path, content, words):
    path = manifest(tmp_path, content)

    with pytest.raises(Unusable) as refused:
        Trusted(manifests.read(path))

    assert str(refused.value).startswith(str(path))
    assert words in str(refused.value)


def test_a_folder_that_cannot_be_read_whole_is_refused(tmp_path):
    with pytest.raises(Unusable, match=r"nothing: No such file or directory$"):
        manifests.read(tmp_path / "nothing")
    with pytest.raises(Unusable, match=r": there is no operation in it$"):
        manifests.read(tmp_path)
    (tmp_path / "a.graphql").write_text("query A {")
    with pytest.raises(Unusable, match=r"a\.graphql:1:10: Syntax Error: Expected Name"):
        manifests.read(tmp_path)


def test_a_manifest_that_was_written_is_read_again(tmp_path):
    (tmp_path / "all.graphql").write_text("query B { b } mutation A { ...F } fragment F on M { a }")
    found = sources.find(tmp_path / "all.graphql")
    printed = "mutation A {\n  ...F\n}\n\nfragment F on M {\n  a\n}"

    path = manifest(tmp_path, manifests.written(found.operations).decode(), "written.json")

    first, second = json.loads(path.read_text())["operations"]
    assert first == {"id": hash_of(printed), "name": "A", "type": "mutation", "body": printed}
    assert second["name"] == "B"
    assert Trusted(manifests.read(path)).text(hash_of(printed)) == printed
