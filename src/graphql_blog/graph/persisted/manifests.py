"""Trusted documents as operators keep them: a manifest of a client's build, or a folder.

{"<id>": "<text>", …}                           relay-compiler, GraphQL Code Generator
{"format": "apollo-persisted-query-manifest",
 "version": 1, "operations": [{"id", "body", …}]}    Apollo's tools, and `operations manifest`
a folder                                        of .graphql and .gql files, and manifests
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from graphql import print_ast

from graphql_blog.graph.persisted import sources
from graphql_blog.graph.persisted.sources import GRAPHQL, Found, Operation, Place, Text

APOLLO = "apollo-persisted-query-manifest"
MANIFEST = ".json"
FORMATS = (
    'it must be {"<id>": "<text>"}, as relay-compiler and GraphQL Code Generator write it,'
    f" or have the format {APOLLO}"
)


class Unusable(Exception):
    """Trusted documents that cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class TrustedDocument:
    """A document, and what it may be asked for by beside its hash."""

    text: str
    ids: tuple[str, ...]
    place: Callable[[int], Place]
    """Where a position of the text stands."""
    name: str | None = None
    spellings: tuple[str, ...] = ()
    """Other texts that say the same: as clients print it, and with the comments of its file."""


def read(path: Path) -> list[TrustedDocument]:
    """Raises `Unusable`."""
    try:
        found = [*_in_manifests(path), *_in_sources(path)]
    except OSError as error:
        raise Unusable(f"{error.filename or path}: {error.strerror}") from None
    if not found:
        raise Unusable(f"{path}: there is no operation in it")
    return found


def written(operations: Sequence[Operation]) -> bytes:
    """These operations as a manifest in Apollo's format."""
    named = [(operation, _printed(operation)) for operation in operations]
    entries = [
        {
            "id": digest(body),
            "name": operation.name,
            "type": operation.kind,
            "body": body,
        }
        for operation, body in sorted(named, key=lambda one: (one[0].name or "", one[1]))
    ]
    manifest = {"format": APOLLO, "version": 1, "operations": entries}
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def digest(text: str) -> str:
    """The SHA-256 that stands for a document, in the form all clients send it in."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _printed(operation: Operation) -> str:
    return "\n\n".join(print_ast(definition.node) for definition in operation.definitions)


def _in_manifests(path: Path) -> Iterator[TrustedDocument]:
    for file in sources.files_in(path, {MANIFEST}):
        if file.suffix == MANIFEST:
            yield from _in_manifest(file)


def _in_manifest(file: Path) -> Iterator[TrustedDocument]:
    try:
        manifest = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Unusable(f"{file}: this is not valid JSON: {error}") from None
    if not isinstance(manifest, dict):
        raise Unusable(f"{file}: {FORMATS}")
    if "format" in manifest and "operations" in manifest:
        yield from _in_apollo_manifest(file, manifest)
        return
    for key, text in manifest.items():
        if not isinstance(text, str):
            raise Unusable(f"{file}: {FORMATS}")
        yield TrustedDocument(text, (_plain(key),), Text(f"{file}#{key}", text).place)


def _in_apollo_manifest(file: Path, manifest: dict[str, Any]) -> Iterator[TrustedDocument]:
    if (manifest["format"], manifest.get("version")) != (APOLLO, 1):
        raise Unusable(f"{file}: only version 1 of the format {APOLLO} is known")
    operations = manifest["operations"]
    if not isinstance(operations, list):
        raise Unusable(f"{file}: `operations` must be a list")
    for number, operation in enumerate(operations, 1):
        match operation:
            case {"id": str(key), "body": str(body)}:
                name = str(operation.get("name") or key)
                place = Text(f"{file}#{name}", body).place
                yield TrustedDocument(body, (_plain(key),), place, name)
            case _:
                raise Unusable(f"{file}: operation {number} must have an `id` and a `body`")


def _plain(key: str) -> str:
    """A hash may be written with its kind before it, or without."""
    return key.removeprefix("sha256:")


def _in_sources(path: Path) -> Iterator[TrustedDocument]:
    if path.is_file() and path.suffix == MANIFEST:
        return
    found = sources.find(path, GRAPHQL)
    if found.problems:
        problem = found.problems[0]
        raise Unusable(f"{problem.place}: {problem.message}")
    for operation in found.operations:
        names = (operation.name,) if operation.name else ()
        spellings = (_printed(operation), *_whole_file(operation, found))
        yield TrustedDocument(operation.text, names, operation.place, operation.name, spellings)


def _whole_file(operation: Operation, found: Found) -> Iterator[str]:
    """The file is a document too when it needs no other, also one of several operations."""
    file = operation.definitions[0].within
    here = [one for one in found.operations if one.definitions[0].within is file]
    if all(part.within is file for one in here for part in one.definitions):
        yield file.graphql
