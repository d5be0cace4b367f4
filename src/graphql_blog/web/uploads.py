"""GraphQL multipart requests: operations, where files belong in them, and the files.

    operations   what a JSON body would be, with null in the place of each file
    map          for each file the places where it belongs: {"0": ["variables.file"]}
    0, 1, …      the files, onto the disk as they arrive

In this order, after the GraphQL multipart request specification. Whatever breaks a limit is refused
before it is kept.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, TypeAlias

from starlette.types import Receive

from graphql_blog.graph.uploads import Upload
from graphql_blog.web.headers import Headers
from graphql_blog.web.multipart import Part, read_parts
from graphql_blog.web.parameters import Asked, Form, Refused, asked_in, read_json

# What a page of another site cannot send unless this server allows it by CORS.
PREFLIGHT = (
    b"graphql-preflight",
    b"graphql-require-preflight",
    b"apollo-require-preflight",
    b"x-requested-with",
)
FIELDS = ("operations", "map")
IN_MEMORY = 64 * 1024
WRONG_OPERATIONS = '`operations` must be a JSON object, as in {"query": "{ __typename }"}.'
WRONG_MAP = '`map` must be a JSON object of lists of paths, as in {"0": ["variables.file"]}.'

Place: TypeAlias = tuple[Any, Any]
"""A container within the operations, and a key of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may bring."""

    files: int
    file_bytes: int
    """All files together."""
    field_bytes: int
    """`operations` and `map` together."""

    @property
    def body_bytes(self) -> int:
        return self.file_bytes + self.field_bytes


@asynccontextmanager
async def received(
    form: Form, receive: Receive, headers: Headers, limits: Limits
) -> AsyncIterator[Asked]:
    """What a form asks for, with its files; they are gone when the block ends."""
    if not any(headers.get(name) for name in PREFLIGHT):
        words = (
            "Send multipart requests with the header GraphQL-Preflight: 1"
            " (or Apollo-Require-Preflight), which forms of other sites cannot have."
        )
        raise Refused(400, words, "PREFLIGHT_REQUIRED")
    parts = _Operations(limits)
    try:
        await read_parts(receive, form.boundary, parts)
        yield parts.asked()
    finally:
        parts.close()


class _Operations:
    """Takes the parts, and puts each file where `map` says that it belongs."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._seen: set[str] = set()
        self._operations: Any = None
        self._places: dict[str, list[Place]] = {}
        self._files: list[SpooledTemporaryFile[bytes]] = []
        self._part = Part("", None, "")
        self._field = bytearray()
        self._read = {"fields": 0, "files": 0}

    def begin(self, part: Part) -> None:
        if part.name in self._seen:
            raise Refused(400, f"There is more than one part `{part.name}`.")
        if part.name == "map" and "operations" not in self._seen:
            raise Refused(400, "`map` comes after `operations`.")
        if part.name not in FIELDS:
            if part.name not in self._places:
                words = f"`map`, which comes before the files, does not name `{part.name}`."
                raise Refused(400, words)
            # `close` closes it, whatever happens.
            self._files.append(SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
        self._seen.add(part.name)
        self._part = part

    def write(self, data: bytes) -> None:
        if self._part.name in FIELDS:
            limit, what = self._limits.field_bytes, "fields"
        else:
            limit, what = self._limits.file_bytes, "files"
        self._read[what] += len(data)
        if self._read[what] > limit:
            raise _too_large(f"All {what} of a request may have {limit:,} bytes at most.")
        (self._field.extend if what == "fields" else self._files[-1].write)(data)

    def end(self) -> None:
        name, text = self._part.name, bytes(self._field)
        self._field.clear()
        if name == "operations":
            self._operations = read_json(text, "`operations`")
        elif name == "map":
            self._places = self._mapped(read_json(text, "`map`"))
        else:
            upload = self._upload()
            for container, key in self._places[name]:
                container[key] = upload

    def asked(self) -> Asked:
        if "operations" not in self._seen:
            raise Refused(400, "There is no part `operations`.")
        if missing := self._places.keys() - self._seen:
            raise Refused(400, f"`map` names the file `{min(missing)}`, which was not sent.")
        return asked_in(self._operations, WRONG_OPERATIONS)

    def close(self) -> None:
        for file in self._files:
            file.close()

    def _mapped(self, given: Any) -> dict[str, list[Place]]:
        if not isinstance(given, dict) or not all(map(_are_paths, given.values())):
            raise Refused(400, WRONG_MAP)
        if len(given) > self._limits.files:
            limit = self._limits.files
            raise _too_large(f"A request may bring {limit} files at most, not {len(given)}.")
        paths = [path for listed in given.values() for path in listed]
        if len(set(paths)) < len(paths) or not given.keys().isdisjoint(FIELDS):
            raise Refused(400, "`map` has one place for two files, or names a file like a field.")
        return {name: [self._place(path) for path in listed] for name, listed in given.items()}

    def _place(self, path: str) -> Place:
        container, key = None, None
        value = self._operations
        for step in path.split("."):
            container, key = value, _key(value, step)
            value = None if key is None else container[key]
            if key is None:
                break
        if key is None or value is not None:
            raise Refused(400, f"`map` names {path[:80]!r}: `operations` has no null there.")
        return container, key

    def _upload(self) -> Upload:
        file = self._files[-1]
        size = file.tell()
        file.seek(0)
        return Upload(self._part.filename, self._part.media_type, size, file)


def _key(container: Any, step: str) -> Any:
    """The key that a step of a path means, if there is such a key."""
    if isinstance(container, dict):
        return step if step in container else None
    if isinstance(container, list) and step.isascii() and step.isdigit():
        return int(step) if len(step) < 10 and int(step) < len(container) else None
    return None


def _are_paths(listed: Any) -> bool:
    return isinstance(listed, list) and all(isinstance(path, str) for path in listed)


def _too_large(words: str) -> Refused:
    return Refused(413, words, "CONTENT_TOO_LARGE", Connection="close")
