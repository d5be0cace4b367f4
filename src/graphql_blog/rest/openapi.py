"""GET /openapi.json: the REST API as OpenAPI 3.1, made of its routes and what they declare."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphql_blog.auth import LARGEST_ID
from graphql_blog.rest import answers, schemas
from graphql_blog.rest.endpoint import Endpoint
from graphql_blog.rest.objects.tables import ROOT
from graphql_blog.rest.operations import Declared, HeaderName, Operation
from graphql_blog.rest.problems import STATUS
from graphql_blog.rest.routes import ROUTES
from graphql_blog.services.validation import Changes

Json: TypeAlias = dict[str, Any]


def _text(description: str) -> Json:
    return {"description": description, "required": True, "schema": {"type": "string"}}


INTRODUCTION = (
    "The same posts as GraphQL's, as resources. Any address may also answer 405 with `Allow`, and"
    " every refusal has the same four keys. HEAD and OPTIONS are answered everywhere, and"
    " `/api/v1` is another name for `/api`."
    " Where requests are limited, `RateLimit` says what is left."
)
HEADERS: dict[HeaderName, Json] = {
    "ETag": _text("Names this version, for `If-None-Match` and `If-Match`."),
    "Link": _text('The next page, as `<address>; rel="next"`, when there is one.')
    | {"required": False},
    "Location": _text("Where it is now."),
    "X-Total-Count": _text("How many there are on all pages.") | {"schema": {"type": "integer"}},
}
# What HTTP itself refuses, and where; the rest of the words come from the standard.
OF_READS, OF_BODIES, OF_CHANGES = {406}, {400, 413, 415}, {412}
EVERYWHERE = {401, 429, 500, 503}
OF_REFUSALS: dict[int, Json] = {
    401: {"WWW-Authenticate": _text("How to log in.")},
    429: {"Retry-After": _text("In how many seconds there is enough left.")},
    503: {"Retry-After": _text("When to try again, in seconds.")},
}


async def shown(request: Request) -> Response:
    return answers.fresh(request, document(), answers.FOR_EVERYBODY)


@cache
def document() -> Json:
    operations = [*_operations()]
    written = _Schemas(made.declared for _, _, made in operations)
    paths: dict[str, Json] = {}
    for path, method, made in operations:
        paths.setdefault(path, _path(path))[method.lower()] = _operation(method, made, written)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "graphql-blog",
            "version": version("graphql-blog"),
            "description": INTRODUCTION,
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": noun} for noun in sorted({made.noun for _, _, made in operations})],
        "paths": paths,
        "components": {
            "schemas": written.components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _operations() -> Iterator[tuple[str, str, Operation]]:
    for route in ROUTES:
        assert isinstance(route, Route)
        assert isinstance(route.endpoint, Endpoint)
        for method, made in route.endpoint.operations.items():
            yield f"{ROOT}{route.path}".replace(":path}", "}"), method, made


def _path(path: str) -> Json:
    schemas_ = {
        "id": {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
        "slug": {"type": "string", "minLength": 1},
        "username": {"type": "string", "minLength": 1},
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": schemas_[name]}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    return {"parameters": parameters} if parameters else {}


def _operation(method: str, made: Operation, written: "_Schemas") -> Json:
    declared = made.declared
    described: Json = {
        "operationId": made.name,
        "tags": [made.noun],
        "summary": made.summary,
        "security": [{"token": []}] if declared.members_only else [{}, {"token": []}],
        "responses": _responses(method, declared, written),
    }
    if made.description:
        described["description"] = made.description
    if parameters := [*_parameters(method, declared)]:
        described["parameters"] = parameters
    if declared.body is not None:
        content = _content(written.of_body(declared))
        required = not declared.body_is_optional
        described["requestBody"] = {"required": required, "content": content}
    return described


def _parameters(method: str, declared: Declared) -> Iterator[Json]:
    for given in declared.parameters:
        said = {"name": given.name, "description": given.description}
        yield {**said, "in": "query", "schema": given.schema}
    text = {"in": "header", "schema": {"type": "string"}}
    if _is_conditional(method, declared):
        words = "The `ETag` of what you have: 304 when it is still that."
        yield {"name": "If-None-Match", "description": words, **text}
    if declared.if_match:
        words = "The `ETag` of what you read: 412 when it was changed since."
        yield {"name": "If-Match", "description": words, **text}


def _responses(method: str, declared: Declared, written: "_Schemas") -> Json:
    success: Json = {"description": HTTPStatus(declared.status).phrase}
    if declared.headers:
        success["headers"] = {name: HEADERS[name] for name in declared.headers}
    if declared.answers is not None:
        others = {form: {"schema": {"type": "string"}} for form in declared.media_types}
        success["content"] = others | _content(written.of_answer(declared))
    responses = {str(declared.status): success}
    if _is_conditional(method, declared):
        same = {"headers": success["headers"]}
        responses["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase, **same}
    if declared.moves:
        headers = {"Location": HEADERS["Location"]}
        responses["301"] = {"description": HTTPStatus(301).phrase, "headers": headers}
    problem = _content({"$ref": _ref(schemas.Problem)})
    for status in sorted(_refusals(method, declared)):
        refusal: Json = {"description": HTTPStatus(status).phrase, "content": problem}
        if status in OF_REFUSALS:
            refusal["headers"] = OF_REFUSALS[status]
        responses[str(status)] = refusal
    return responses


def _refusals(method: str, declared: Declared) -> set[int]:
    refusals = EVERYWHERE | {STATUS[refusal] for refusal in declared.refuses}
    if method == "GET":
        refusals |= OF_READS
    if declared.body is not None:
        refusals |= OF_BODIES
    if declared.parameters:
        refusals |= {400}
    if declared.if_match:
        refusals |= OF_CHANGES
    return refusals


def _is_conditional(method: str, declared: Declared) -> bool:
    return method == "GET" and "ETag" in declared.headers


def _content(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _ref(kind: type) -> str:
    return f"#/components/schemas/{kind.__name__}"


class _Untitled(GenerateJsonSchema):
    """Properties have names; titles made of these say nothing more."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


class _Schemas:
    """The JSON Schemas of all bodies and answers, those with a name in one place."""

    def __init__(self, declared: Iterable[Declared]) -> None:
        refusal = Declared(answers=schemas.Problem)
        wanted: dict[tuple[Declared, JsonSchemaMode], Any] = {}
        for each in (refusal, *declared):
            if each.answers is not None:
                wanted[each, "serialization"] = each.answers
            if each.body is not None:
                wanted[each, "validation"] = each.body
        self._made, made = TypeAdapter.json_schemas(
            [(key, mode, TypeAdapter(kind)) for (key, mode), kind in wanted.items()],
            ref_template="#/components/schemas/{model}",
            schema_generator=_Untitled,
        )
        self.components: Json = made["$defs"]
        for kind in wanted.values():
            if isinstance(kind, type) and issubclass(kind, Changes):
                _without_defaults(self.components[kind.__name__])

    def of_answer(self, declared: Declared) -> Json:
        return self._made[declared, "serialization"]

    def of_body(self, declared: Declared) -> Json:
        schema = self._made[declared, "validation"]
        return {"allOf": [schema, {"required": [*declared.whole]}]} if declared.whole else schema


def _without_defaults(schema: Json) -> None:
    for of_property in schema["properties"].values():
        of_property.pop("default", None)
