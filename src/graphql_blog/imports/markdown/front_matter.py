"""The head of a file, YAML between `---`, TOML between `+++` or JSON, and the text after it."""

import codecs
import json
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import yaml

from graphql_blog.imports.text import cut

YAML_HEAD = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
TOML_HEAD = re.compile(r"\A\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.S | re.M)
JSON_HEAD = re.compile(r'\A\{\s*(?:"|\})')
UNCLOSED_HEAD = re.compile(r"\A(?:---[ \t]*\r?\n[\w-]+[ \t]*:|\+\+\+[ \t]*\r?\n)")

# All scalars stay the words that were written: a title may be 2013, a slug 007, a date wrong.
Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
MAX_HEAD = 100_000
MAX_LEVELS = 20


class BadFrontMatter(ValueError):
    """The head cannot be read."""


@dataclass(frozen=True, slots=True)
class Document:
    head: dict[str, Any]
    """With its keys in small letters."""
    content: str
    remarks: tuple[str, ...] = ()


def split(data: bytes) -> Document:
    """Raises `BadFrontMatter`, which says why in one line."""
    text, *remarks = _decoded(data)
    if "\0" in text:
        text = text.replace("\0", "")
        remarks.append("NUL characters removed")
    head, content = _head(text)
    lowered = {str(key).lower(): value for key, value in head.items()}
    # Blank lines around the text belong to the file, not to the post.
    return Document(lowered, content.strip("\r\n"), tuple(remarks))


def _decoded(data: bytes) -> tuple[str, ...]:
    """The text, and a remark when it is not in UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return (data.decode("utf-16", "replace").replace("\ufeff", ""),)
    try:
        return (data.decode("utf-8-sig"),)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "is not in UTF-8: read as Windows-1252"


def _head(text: str) -> tuple[dict[str, Any], str]:
    if found := TOML_HEAD.match(text):
        return _toml(_short(found[1])), text[found.end() :]
    if JSON_HEAD.match(text):
        return _json(text)
    if found := YAML_HEAD.match(text):
        head = _yaml(_short(found[1]))
        # Else two rules, and a line of the text between them.
        if isinstance(head, dict):
            return head, text[found.end() :]
    elif UNCLOSED_HEAD.match(text):
        raise BadFrontMatter("the front matter does not end")
    return {}, text


def _json(text: str) -> tuple[dict[str, Any], str]:
    try:
        head, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise BadFrontMatter(f"bad JSON in the front matter: {_line(error)}") from None
    _short(text[:end])
    return head, text[end:]


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise BadFrontMatter(f"bad TOML in the front matter: {_line(error)}") from None


def _yaml(text: str) -> object:
    try:
        _require_shallow(text)
        head = yaml.load(text, Loader=Loader)  # noqa: S506 - it makes texts, lists and mappings alone
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadFrontMatter(f"bad YAML in the front matter: {_line(error)}") from None
    if isinstance(head, list):
        raise BadFrontMatter("the front matter is a list, not a mapping")
    return head or {}


def _require_shallow(text: str) -> None:
    """The C library calls itself for each level, and would end the process."""
    levels = 0
    for event in yaml.parse(text, Loader=Loader):
        levels += isinstance(event, yaml.CollectionStartEvent)
        levels -= isinstance(event, yaml.CollectionEndEvent)
        if levels > MAX_LEVELS:
            raise ValueError(f"more than {MAX_LEVELS} levels")


def _short(head: str) -> str:
    if len(head) > MAX_HEAD:
        raise BadFrontMatter(f"the front matter is longer than {MAX_HEAD:,} characters")
    return head


def _line(error: Exception) -> str:
    return cut(" ".join(str(error).split()), 200)
