"""Holds what the REST API answers against what it says of itself in OpenAPI."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx2

from graphql_blog.rest.openapi import document

ANNOTATIONS = {"title", "description", "default"}
HEADERS = {"ETag", "Link", "Location", "X-Total-Count", "Retry-After", "WWW-Authenticate"}
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def operation_at(method: str, path: str) -> dict[str, Any] | None:
    """What is said of this method of this address; None when nothing is."""
    for template, methods in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            found: dict[str, Any] | None = methods.get(method.replace("HEAD", "GET").lower())
            return found
    return None


seen: defaultdict[str, set[str]] = defaultdict(set)
"""The statuses of each operation that were answered so far."""


async def hold(answer: httpx2.Response) -> None:
    """Fails unless status, headers and body are what the operation promises."""
    operation = operation_at(answer.request.method, answer.request.url.path)
    if operation is None:
        return
    where = f"{answer.request.method} {answer.request.url.path}: {answer.status_code}"
    promised = operation["responses"].get(str(answer.status_code))
    assert promised is not None, f"{where} is not among {[*operation['responses']]}"
    seen[operation["operationId"]].add(str(answer.status_code))
    given = {name for name in HEADERS if name in answer.headers}
    headers = promised.get("headers", {})
    needed = {name for name, header in headers.items() if header.get("required")}
    assert needed <= given <= set(headers), f"{where}: {given}"
    body = await answer.aread()
    if answer.request.method == "HEAD":
        return
    if "content" not in promised:
        assert body == b"", where
        return
    form = answer.headers["content-type"].partition(";")[0]
    assert form in promised["content"], where
    if form != "application/json":
        return
    schema = promised["content"]["application/json"]["schema"]
    assert [*broken(schema, json.loads(body))] == [], where


def broken(schema: dict[str, Any], value: Any, where: str = "$") -> Iterator[str]:
    """The rules of a JSON Schema that a value breaks; what no schema names is broken too."""
    for keyword, rule in schema.items():
        yield from RULES[keyword](rule, value, schema, where)


def _is_of_type(name: str, value: Any, schema: Any, where: str) -> Iterator[str]:
    if not isinstance(value, TYPES[name]) or (name == "integer" and isinstance(value, bool)):
        yield f"{where}: {value!r} is no {name}"


def _has(rules: dict[str, Any], value: Any, schema: Any, where: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name in value.keys() - rules.keys():
            yield f"{where}: {name} is not promised"
        for name in value.keys() & rules.keys():
            yield from broken(rules[name], value[name], f"{where}.{name}")


def _refers(address: str, value: Any, schema: Any, where: str) -> Iterator[str]:
    name = address.removeprefix("#/components/schemas/")
    yield from broken(document()["components"]["schemas"][name], value, where)


def _any_of(rules: list[Any], value: Any, schema: Any, where: str) -> Iterator[str]:
    found = [[*broken(rule, value, where)] for rule in rules]
    if [] not in found:
        yield f"{where}: none of {found}"


def _each(rule: dict[str, Any], value: Any, schema: Any, where: str) -> Iterator[str]:
    for number, item in enumerate(value if isinstance(value, list) else ()):
        yield from broken(rule, item, f"{where}[{number}]")


def _format(name: str, value: Any, schema: Any, where: str) -> Iterator[str]:
    assert name == "date-time"
    if isinstance(value, str) and not (value.endswith("Z") and datetime.fromisoformat(value)):
        yield f"{where}: {value} is no instant"


def _says(holds: Any) -> Any:
    def rule(limit: Any, value: Any, schema: Any, where: str) -> Iterator[str]:
        if not holds(limit, value):
            yield f"{where}: {value!r} breaks {schema}"

    return rule


RULES: dict[str, Any] = {
    "$ref": _refers,
    "type": _is_of_type,
    "properties": _has,
    "items": _each,
    "anyOf": _any_of,
    "format": _format,
    "enum": _says(lambda allowed, value: value in allowed),
    "const": _says(lambda only, value: value == only),
    "required": _says(lambda names, value: not isinstance(value, dict) or {*names} <= {*value}),
    "minimum": _says(lambda least, value: value >= least),
    "additionalProperties": _says(lambda allowed, _: allowed is True),
    **{keyword: lambda *_: () for keyword in ANNOTATIONS},
}
