"""Files sent along with operations, through a real server: GraphQL multipart requests."""

import asyncio
import hashlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import pytest
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from strawberry.schema.config import StrawberryConfig

from graphql_blog.graph.persisted.operations import Operations
from graphql_blog.graph.schema import Schema
from graphql_blog.graph.uploads import UPLOAD, Upload
from graphql_blog.web import graphql, middleware
from graphql_blog.web.errors import on_http_error
from graphql_blog.web.routes import routes
from graphql_blog.web.statuses import Statuses
from graphql_blog.web.uploads import IN_MEMORY, Limits

LIMITS = Limits(files=3, file_bytes=300_000, field_bytes=2_000)
PREFLIGHT = {"GraphQL-Preflight": "1"}
ONE = "mutation ($file: Upload!) { keep(file: $file) }"
SEVERAL = "mutation ($files: [Upload]!) { keepAll(files: $files) }"
TAKEN: list[Upload] = []
BOUNDARY = "b0undary"


@strawberry.type
class Query:
    @strawberry.field
    def echo(self, word: str) -> str:
        return word


@strawberry.type
class Mutation:
    @strawberry.mutation
    def keep(self, file: Upload) -> str:
        TAKEN.append(file)
        digest = hashlib.sha256(file.file.read()).hexdigest()[:8]
        return f"{file.name} {file.media_type} {file.size} {digest}"

    @strawberry.mutation
    def keep_all(self, files: list[Upload | None]) -> list[str | None]:
        return [file and file.name for file in files]

    @strawberry.mutation
    def give_back(self, file: Upload) -> Upload:
        return file


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for all tests, as the server belongs to it."""
    return "asyncio"


@pytest.fixture(scope="module")
async def connection() -> AsyncIterator[httpx2.AsyncClient]:
    """Talks to a server whose schema takes files; no database stands behind it."""
    types = StrawberryConfig(scalar_map={Upload: UPLOAD})
    schema = Schema(query=Query, mutation=Mutation, config=types)
    operations = Operations(schema.documents(entries=100))
    endpoint = graphql.Endpoint(
        schema, operations, timeout=10, uploads=LIMITS, max_batch=2, statuses=Statuses()
    )

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
        yield {"resources": None}

    app = Starlette(
        routes=routes(endpoint, schema, sockets=endpoint),
        middleware=middleware.stack(
            middleware.Edge(), max_body_bytes=1_000, max_form_bytes=LIMITS.body_bytes
        ),
        exception_handlers={HTTPException: on_http_error},
        lifespan=lifespan,
    )
    async with running(app) as url, httpx2.AsyncClient(base_url=url) as client:
        yield client


@pytest.fixture
async def server(connection: httpx2.AsyncClient) -> AsyncIterator[httpx2.AsyncClient]:
    """The same, and sees that no file outlives its request."""
    TAKEN.clear()
    yield connection
    assert [upload for upload in TAKEN if not upload.file.closed] == []


@asynccontextmanager
async def running(app: Starlette) -> AsyncIterator[str]:
    """The app on a port of its own; yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - it has no event for that
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


async def send(
    server: httpx2.AsyncClient,
    operations: Any,
    mapped: Any = None,
    headers: dict[str, str] = PREFLIGHT,
    **files: Any,
) -> httpx2.Response:
    fields = {"operations": json.dumps(operations)}
    if mapped is not None:
        fields["map"] = json.dumps(mapped)
    parts: list[Any] = [(name, (None, text)) for name, text in fields.items()]
    return await server.post("/graphql", files=[*parts, *files.items()], headers=headers)


def one(query: str = ONE, **variables: Any) -> dict[str, Any]:
    return {"query": query, "variables": variables or {"file": None}}


def kept(name: str, media_type: str, content: bytes) -> str:
    return f"{name} {media_type} {len(content)} {hashlib.sha256(content).hexdigest()[:8]}"


async def test_a_file_takes_the_place_of_a_null(server):
    file = ("bär.txt", b"\x00\r\n--some bytes", "text/plain")

    response = await send(server, one(), {"0": ["variables.file"]}, **{"0": file})

    assert response.status_code == 200
    assert response.json() == {"data": {"keep": kept("bär.txt", "text/plain", file[1])}}


async def test_a_large_file_goes_to_the_disk_and_a_small_one_does_not(server):
    for size in (IN_MEMORY, LIMITS.file_bytes):
        file = ("a.bin", b"x" * size, "application/x-bin")
        response = await send(server, one(), {"0": ["variables.file"]}, **{"0": file})
        assert response.json() == {"data": {"keep": kept("a.bin", "application/x-bin", file[1])}}

    assert [upload.file._rolled for upload in TAKEN] == [False, True]


async def test_several_files_each_have_their_place_and_one_may_have_several(server):
    operations = one(SEVERAL, files=[None, None, None, None])
    mapped = {"a": ["variables.files.0", "variables.files.3"], "b": ["variables.files.2"]}

    response = await send(server, operations, mapped, a=("a.txt", b"a"), b=("b.txt", b"b"))

    assert response.json() == {"data": {"keepAll": ["a.txt", None, "b.txt", "a.txt"]}}


async def test_a_part_without_a_file_name_is_a_file_without_a_name(server):
    response = await send(server, one(), {"0": ["variables.file"]}, **{"0": (None, b"text")})

    assert response.json() == {"data": {"keep": kept("None", "text/plain", b"text")}}


async def test_the_operations_of_a_batch_have_their_own_files(server):
    operations = [one(), one(SEVERAL, files=[None])]
    mapped = {"0": ["0.variables.file"], "1": ["1.variables.files.0"]}

    response = await send(
        server, operations, mapped, **{"0": ("a.txt", b"a", "text/plain"), "1": ("b.txt", b"b")}
    )

    assert response.json() == [
        {"data": {"keep": kept("a.txt", "text/plain", b"a")}},
        {"data": {"keepAll": ["b.txt"]}},
    ]


@pytest.mark.parametrize("mapped", [None, {}])
async def test_without_files_it_is_as_any_other_request(server, mapped):
    asked = one("query ($word: String!) { echo(word: $word) }", word="żółw")

    response = await send(server, asked, mapped)

    assert response.json() == {"data": {"echo": "żółw"}}


async def test_a_file_is_no_value_of_another_type(server):
    operations = one("query ($word: String!) { echo(word: $word) }", word=None)

    response = await send(server, operations, {"0": ["variables.word"]}, **{"0": ("a", b"a")})

    (error,) = response.json()["errors"]
    assert list(response.json()) == ["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "String cannot represent a non string value: <Upload instance>" in error["message"]


async def test_what_is_no_file_is_no_upload(server):
    for asked in (one(file="a.txt"), {"query": 'mutation { keep(file: "a.txt") }'}):
        response = await server.post("/graphql", json=asked)

        (error,) = response.json()["errors"]
        assert list(response.json()) == ["errors"]
        assert "Files are sent as parts of multipart/form-data" in error["message"]
    assert TAKEN == []


async def test_a_file_is_never_given_back(server):
    operations = one("mutation ($file: Upload!) { giveBack(file: $file) }")

    response = await send(server, operations, {"0": ["variables.file"]}, **{"0": ("a", b"a")})

    assert response.json()["data"] is None


@pytest.mark.parametrize(
    "header",
    [
        "GraphQL-Preflight",
        "GraphQL-Require-Preflight",
        "Apollo-Require-Preflight",
        "X-Requested-With",
    ],
)
async def test_a_header_shows_that_it_is_no_form_of_another_site(server, header):
    asked = {"query": '{ echo(word: "a") }'}

    assert (await send(server, asked, headers={header: "1"})).json() == {"data": {"echo": "a"}}
    for headers in ({}, {header: ""}, {"Content-Language": "en"}):
        refused = await send(server, asked, headers=headers)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["extensions"]["code"] == "PREFLIGHT_REQUIRED"


def part(name: str | None, content: str | bytes, *more: str) -> bytes:
    disposition = "form-data" if name is None else f'form-data; name="{name}"'
    head = "\r\n".join([f"--{BOUNDARY}", f"Content-Disposition: {disposition}", *more])
    data = content.encode() if isinstance(content, str) else content
    return f"{head}\r\n\r\n".encode() + data + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


OPERATIONS = part("operations", json.dumps(one()))
MAP = part("map", '{"0": ["variables.file"]}')
FILE = part("0", "some text", "Content-Type: text/plain")
WRONG_MAP = '`map` must be a JSON object of lists of paths, as in {"0": ["variables.file"]}.'
BROKEN = {
    "nothing": (b"", "The body ends before its last part does."),
    "no parts": (form(), "There is no part `operations`."),
    "no form": (b'{"query": "{ __typename }"}', "The parts of the body cannot be read: "),
    "cut short": (OPERATIONS + MAP + FILE, "The body ends before its last part does."),
    "cut in a header": (OPERATIONS + FILE[:30], "The body ends before its last part does."),
    "no operations": (form(part("map", "{}")), "`map` comes after `operations`."),
    "map first": (form(MAP, OPERATIONS, FILE), "`map` comes after `operations`."),
    "file first": (form(FILE, OPERATIONS, MAP), "`map`, which comes before the files, does not"),
    "no map": (form(OPERATIONS, FILE), "`map`, which comes before the files, does not name `0`."),
    "no file": (form(OPERATIONS, MAP), "`map` names the file `0`, which was not sent."),
    "twice": (form(OPERATIONS, OPERATIONS), "There is more than one part `operations`."),
    "file twice": (form(OPERATIONS, MAP, FILE, FILE), "There is more than one part `0`."),
    "no name": (form(part(None, "x")), "There is a part without a name."),
    "bad name": (
        form(part("x", "y").replace(b'"x"', b'"\xff"')),
        "The name of a part is not UTF-8.",
    ),
    "no JSON": (form(part("operations", "{")), "`operations` is not valid JSON: "),
    "no UTF-8": (form(part("operations", b'"\xff"')), "`operations` is not UTF-8: see the byte"),
    "no object": (form(part("operations", "1")), "`operations` must be a JSON object, as in"),
    "map is no JSON": (form(OPERATIONS, part("map", "?")), "`map` is not valid JSON: "),
    "map is a list": (form(OPERATIONS, part("map", "[]")), WRONG_MAP),
    "path is no list": (form(OPERATIONS, part("map", '{"0": "variables.file"}')), WRONG_MAP),
    "path is a number": (form(OPERATIONS, part("map", '{"0": [1]}')), WRONG_MAP),
    "no such place": (
        form(OPERATIONS, part("map", '{"0": ["variables.files.0"]}')),
        "`map` names 'variables.files.0': `operations` has no null there.",
    ),
    "no null there": (
        form(OPERATIONS, part("map", '{"0": ["query"]}')),
        "`map` names 'query': `operations` has no null there.",
    ),
    "beyond a list": (
        form(
            part("operations", json.dumps(one(SEVERAL, files=[None]))),
            part("map", '{"0": ["variables.files.1"]}'),
        ),
        "`map` names 'variables.files.1': `operations` has no null there.",
    ),
    "before a list": (
        form(
            part("operations", json.dumps(one(SEVERAL, files=[None]))),
            part("map", '{"0": ["variables.files.-1"]}'),
        ),
        "`map` names 'variables.files.-1': `operations` has no null there.",
    ),
    "place taken": (
        form(OPERATIONS, part("map", '{"0": ["variables.file"], "1": ["variables.file"]}')),
        "`map` has one place for two files, or names a file like a field.",
    ),
    "file named like a field": (
        form(OPERATIONS, part("map", '{"map": ["variables.file"]}')),
        "`map` has one place for two files, or names a file like a field.",
    ),
    "encoded": (
        form(OPERATIONS, MAP, part("0", "YQ==", "Content-Transfer-Encoding: base64")),
        "Send parts as they are, without Content-Transfer-Encoding.",
    ),
    "endless header": (
        form(part("x", "y", f"X-Long: {'x' * 10_000}")),
        "The parts of the body cannot be read: Maximum header size exceeded.",
    ),
    "many headers": (
        form(part("x", "y", *(f"X-{n}: 1" for n in range(20)))),
        "The parts of the body cannot be read: Maximum header count exceeded.",
    ),
}


async def post(
    server: httpx2.AsyncClient, body: Any, content_type: str | None = None
) -> httpx2.Response:
    kind = content_type or f"multipart/form-data; boundary={BOUNDARY}"
    return await server.post("/graphql", content=body, headers={"Content-Type": kind, **PREFLIGHT})


async def test_a_form_that_is_whole_is_understood(server):
    response = await post(server, form(OPERATIONS, MAP, FILE) + b"an epilogue")

    assert response.json() == {"data": {"keep": kept("None", "text/plain", b"some text")}}


@pytest.mark.parametrize("what", BROKEN)
async def test_a_broken_form_is_400_and_says_what_is_wrong(server, what):
    body, words = BROKEN[what]

    response = await post(server, body)

    (error,) = response.json()["errors"]
    assert response.status_code == 400
    assert list(response.json()) == ["errors"]
    assert error["message"].startswith(words), error["message"]
    assert error["extensions"] == {
        "code": "BAD_REQUEST",
        "requestId": response.headers["x-request-id"],
    }
    assert TAKEN == []


@pytest.mark.parametrize(
    ("content_type", "status", "words"),
    [
        ("multipart/form-data", 400, "Say in Content-Type by which boundary the parts are"),
        ("multipart/form-data; boundary=", 400, "Say in Content-Type by which boundary"),
        (f"multipart/form-data; boundary={'b' * 300}", 400, "The parts of the body cannot be read"),
        ("multipart/form-data; boundary=other", 400, "The parts of the body cannot be read"),
        (f"multipart/mixed; boundary={BOUNDARY}", 415, "Send the body as application/json."),
        ("application/x-www-form-urlencoded", 415, "Send the body as application/json."),
    ],
)
async def test_a_content_type_that_fits_no_form_is_refused(server, content_type, status, words):
    response = await post(server, form(OPERATIONS, MAP, FILE), content_type)

    assert response.status_code == status
    assert response.json()["errors"][0]["message"].startswith(words)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            [OPERATIONS, part("map", json.dumps({n: [] for n in range(4)}))],
            "A request may bring 3 files at most, not 4.",
        ),
        (
            [part("operations", " " * 2_001)],
            "All fields of a request may have 2,000 bytes at most.",
        ),
        (
            [OPERATIONS, part("map", " " * 2_000)],
            "All fields of a request may have 2,000 bytes at most.",
        ),
        (
            [OPERATIONS, MAP, part("0", "x" * 300_001)],
            "All files of a request may have 300,000 bytes at most.",
        ),
        (
            [OPERATIONS, MAP, part("0", "x" * 400_000)],
            "The body may have 302,000 bytes at most.",
        ),
    ],
)
async def test_what_is_too_much_is_413(server, parts, words):
    response = await post(server, form(*parts))

    (error,) = response.json()["errors"]
    assert response.status_code == 413
    assert error["message"] == words
    assert error["extensions"]["code"] == "CONTENT_TOO_LARGE"
    assert TAKEN == []


async def test_what_is_too_much_is_refused_while_it_is_still_coming(server):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield OPERATIONS + MAP + part("0", "")[:-2]
        while sent < 100_000_000:
            sent += 65_536
            yield b"x" * 65_536
            await asyncio.sleep(0)

    # The server may hang up while the client is still sending.
    with suppress(httpx2.TransportError):
        assert (await post(server, endless())).status_code == 413
    assert sent < 100_000_000
    assert (await send(server, {"query": '{ echo(word: "a") }'})).status_code == 200


async def test_a_client_that_leaves_midway_leaves_nothing_behind(server):
    host, port = server.base_url.host, server.base_url.port
    _, writer = await asyncio.open_connection(host, port)
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nGraphQL-Preflight: 1\r\n"
        f"Content-Length: 9999\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    )
    writer.write(head.encode() + OPERATIONS + MAP + FILE)
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    assert (await send(server, {"query": '{ echo(word: "a") }'})).status_code == 200
    assert TAKEN == []


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
async def test_the_schema_of_the_blog_takes_forms_without_files(client):
    response = await send(client, {"query": "{ posts { id } }"})

    assert response.json() == {"data": {"posts": []}}
