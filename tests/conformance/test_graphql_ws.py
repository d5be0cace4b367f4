"""GraphQL over WebSocket: each rule of the protocol `graphql-transport-ws`, on a real server."""

import asyncio
import hashlib
import json
import shutil
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import structlog
from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from graphql_blog.auth import Role
from graphql_blog.db.models import User
from graphql_blog.settings import AllowedOperations, Settings
from tests.conftest import SECRET
from tests.factories import make_draft, make_post, make_user
from tests.serving import BELLS, LARGE, OPEN, SENT, served, until

PROTOCOL = "graphql-transport-ws"
WHO = "{ viewer { user { username } } }"


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def module_settings(sqlite_template, tmp_path_factory):
    """One database and one server for all: nothing here depends on the kind of database."""
    folder = tmp_path_factory.mktemp("sockets")
    shutil.copy(sqlite_template, folder / "blog.db")
    url = f"sqlite:///{folder / 'blog.db'}"
    return Settings.load(env="test", database_url=url, data_dir=folder, secret_key=SECRET)


@pytest.fixture(scope="module")
async def blog(module_settings):
    async with served(module_settings) as server:
        yield server


@pytest.fixture(scope="module")
async def strict(module_settings):
    """A server that soon loses its patience."""
    bounds = {"operations": 2, "init_seconds": 0.2, "idle_seconds": 0.2, "message_bytes": 200}
    async with served(module_settings, **bounds) as server:
        yield server


@pytest.fixture(scope="module")
async def away(module_settings):
    """A server whose database is away."""
    url = SecretStr("postgresql://somebody@127.0.0.1:1/blog")
    async with served(module_settings.model_copy(update={"database_url": url})) as server:
        yield server


@pytest.fixture
async def ana(blog):
    return await make_user(blog.resources)


class Client:
    """Says and hears messages."""

    def __init__(self, socket):
        self.socket = socket

    async def say(self, **message):
        await self.socket.send(json.dumps(message))

    async def ask(self, id, query, **more):
        await self.say(id=id, type="subscribe", payload={"query": query, **more})

    async def hear(self):
        async with asyncio.timeout(5):
            return json.loads(await self.socket.recv())

    async def answer(self, id, query, **more):
        """What a query is answered with."""
        await self.ask(id, query, **more)
        answer = await self.hear()
        assert (answer["id"], answer["type"]) == (id, "next")
        assert await self.hear() == {"id": id, "type": "complete"}
        return answer["payload"]

    async def errors(self, id, query, **more):
        """What one is answered with that is not executed."""
        await self.ask(id, query, **more)
        return self.only_errors(id, await self.hear())

    @staticmethod
    def only_errors(id, message):
        assert set(message) == {"id", "type", "payload"}
        assert (message["id"], message["type"]) == (id, "error")
        for error in message["payload"]:
            assert len(error["extensions"].pop("requestId")) == 32
            error.pop("locations", None)
        return message["payload"]

    async def end(self):
        async with asyncio.timeout(5):
            await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason


@asynccontextmanager
async def opened(server, protocols=(PROTOCOL,), **options):
    url = f"ws://{server.place}/graphql"
    async with connect(url, subprotocols=protocols, **options) as socket:
        yield Client(socket)


@asynccontextmanager
async def acknowledged(server, payload=None, **options):
    async with opened(server, **options) as client:
        given = {} if payload is None else {"payload": payload}
        await client.say(type="connection_init", **given)
        assert await client.hear() == {"type": "connection_ack"}
        yield client


# ------------------------------------------------------------ opening


async def test_the_protocol_is_agreed_on(blog):
    async with opened(blog) as client:
        assert client.socket.subprotocol == PROTOCOL


async def test_of_several_protocols_ours_is_taken(blog):
    async with opened(blog, ("graphql-ws", PROTOCOL)) as client:
        assert client.socket.subprotocol == PROTOCOL


@pytest.mark.parametrize("protocols", [("graphql-ws",), ("soap",), None])
async def test_4406_another_protocol_or_none(blog, protocols):
    async with opened(blog, protocols) as client:
        assert await client.end() == (
            4406,
            "Subprotocol not acceptable: only graphql-transport-ws is spoken (npm: graphql-ws)",
        )
        assert client.socket.subprotocol is None


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_origin_is_403(blog, origin):
    with pytest.raises(InvalidStatus) as refusal:
        async with opened(blog, origin=origin):
            pass

    (error,) = json.loads(refusal.value.response.body)["errors"]
    assert refusal.value.response.status_code == 403
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["message"] == (
        "Pages of this origin may not connect: the operator of the server has to allow it."
    )


async def test_a_page_of_our_own_may_connect(blog):
    async with acknowledged(blog, origin=f"http://{blog.place}") as client:
        assert await client.answer("1", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_a_page_of_an_origin_that_is_allowed_may_connect(module_settings):
    friends = module_settings.model_copy(update={"cors_origins": ("https://blog.example",)})
    async with (
        served(friends) as server,
        acknowledged(server, origin="https://blog.example") as client,
    ):
        assert await client.answer("1", "{ __typename }") == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("payload", [None, {}, {"other": 1}])
async def test_a_connection_is_acknowledged(blog, payload):
    async with acknowledged(blog, payload) as client:
        assert await client.answer("1", WHO) == {"data": {"viewer": None}}


async def test_a_payload_may_be_null(blog):
    async with opened(blog) as client:
        await client.say(type="connection_init", payload=None)

        assert await client.hear() == {"type": "connection_ack"}


async def test_4408_no_connection_init_in_time(strict):
    async with opened(strict) as client:
        await client.say(type="ping")

        assert await client.hear() == {"type": "pong"}
        assert await client.end() == (4408, "Connection initialisation timeout")


async def test_4429_a_second_connection_init(blog):
    async with acknowledged(blog) as client:
        await client.say(type="connection_init")

        assert await client.end() == (4429, "Too many initialisation requests")


async def test_4401_subscribe_before_connection_ack(blog):
    async with opened(blog) as client:
        await client.ask("1", "{ __typename }")

        assert await client.end() == (4401, "Unauthorized")


# ------------------------------------------------------------ who asks


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
async def test_the_token_comes_with_connection_init(blog, ana, name):
    async with acknowledged(blog, {name: blog.authorization(ana)}) as client:
        assert await client.answer("1", WHO) == {
            "data": {"viewer": {"user": {"username": ana.username}}}
        }


async def test_or_in_a_header_of_the_upgrade(blog, ana):
    headers = {"Authorization": blog.authorization(ana)}
    async with acknowledged(blog, additional_headers=headers) as client:
        answer = await client.answer("1", WHO)

    assert answer["data"]["viewer"]["user"]["username"] == ana.username


@pytest.mark.parametrize("token", ["Bearer x", "Basic YTpi", "", "ey.ey.ey"])
async def test_4403_a_bad_token(blog, token):
    async with opened(blog) as client:
        await client.say(type="connection_init", payload={"authorization": token})

        assert await client.end() == (4403, "Forbidden: TOKEN_INVALID")


async def test_4403_a_bad_token_in_the_header(blog):
    async with opened(blog, additional_headers={"Authorization": "Bearer x"}) as client:
        await client.say(type="connection_init")

        assert await client.end() == (4403, "Forbidden: TOKEN_INVALID")


async def test_4403_an_expired_token(blog, ana):
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    old = blog.resources.tokens.issue(ana.id, ana.username, long_ago)
    async with opened(blog) as client:
        await client.say(type="connection_init", payload={"authorization": f"Bearer {old.text}"})

        assert await client.end() == (4403, "Forbidden: TOKEN_EXPIRED")


async def test_after_its_end_a_token_is_good_for_no_operation(blog, ana):
    expires = int(time.time()) + 1
    claims = {"sub": str(ana.id), "iat": 0, "exp": expires, "jti": "1", "iss": "graphql-blog"}
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    async with acknowledged(blog, {"authorization": f"Bearer {token}"}) as client:
        await client.ask("s", "subscription { seen { number } }")
        await asyncio.sleep(expires - time.time() + 0.01)

        expired = await client.errors("1", "{ __typename }")
        BELLS[ana.username].put_nowait(1)

        assert expired == [
            {
                "message": "Invalid token",
                "extensions": {"code": "UNAUTHENTICATED", "reason": "TOKEN_EXPIRED"},
            }
        ]
        assert client.only_errors("s", await client.hear()) == expired


async def test_1013_when_the_database_that_knows_the_account_is_away(away):
    async with opened(away) as client:
        payload = {"authorization": away.authorization(User(id=1, username="ana"))}
        await client.say(type="connection_init", payload=payload)

        assert await client.end() == (1013, "The database is away: try again soon.")


async def test_rights_are_those_of_the_moment(blog, ana):
    draft = await make_draft(blog.resources)
    query = f'{{ post(id: "{draft.id}") {{ id }} }}'
    async with acknowledged(blog, {"authorization": blog.authorization(ana)}) as client:
        before = await client.answer("1", query)
        async with blog.resources.transaction() as session:
            (await session.get(User, ana.id)).role = Role.EDITOR
        after = await client.answer("2", query)

    assert before == {"data": {"post": None}}
    assert after == {"data": {"post": {"id": str(draft.id)}}}


# ------------------------------------------------------------ operations


async def test_a_query_is_one_next_and_complete(blog):
    post = await make_post(blog.resources)
    query = "query Q($id: ID!) { post(id: $id) { title author { name } } }"
    async with acknowledged(blog) as client:
        answer = await client.answer("q", query, variables={"id": str(post.id)}, operationName="Q")

    assert answer["data"]["post"]["title"] == post.title


async def test_a_mutation_is_one_next_and_complete(blog, ana):
    create = """mutation {
      createPost(input: {title: "Said on a socket", content: "x"}) {
        post { title } errors { code }
      }
    }"""
    async with acknowledged(blog, {"authorization": blog.authorization(ana)}) as client:
        answer = await client.answer("m", create)
        found = await client.answer("q", "{ posts(first: 1) { title } }")

    assert answer["data"]["createPost"] == {"post": {"title": "Said on a socket"}, "errors": []}
    assert found["data"]["posts"] == [{"title": "Said on a socket"}]


async def test_a_subscription_is_a_next_for_each_event(blog):
    async with acknowledged(blog) as client:
        await client.ask("s", "subscription { counted(to: 3) }")

        heard = [await client.hear() for _ in range(4)]

    assert heard == [
        *({"id": "s", "type": "next", "payload": {"data": {"counted": n}}} for n in range(3)),
        {"id": "s", "type": "complete"},
    ]


async def test_each_event_is_answered_with_what_is_true_then(blog, ana):
    query = "subscription { seen { number now author { username } } }"
    async with acknowledged(blog, {"authorization": blog.authorization(ana)}) as client:
        await client.ask("s", query)
        BELLS[ana.username].put_nowait(ana.id)
        first = (await client.hear())["payload"]["data"]["seen"]
        async with blog.resources.transaction() as session:
            (await session.get(User, ana.id)).username = f"{ana.username}x"
        BELLS[ana.username].put_nowait(ana.id)
        second = (await client.hear())["payload"]["data"]["seen"]

    assert first["author"] == {"username": ana.username}
    assert second["author"] == {"username": f"{ana.username}x"}
    assert first["now"] < second["now"]


async def test_operations_overtake_each_other(blog):
    async with acknowledged(blog) as client:
        await client.ask("slow", "subscription { waiting }")

        assert await client.answer("quick", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_events_in_an_endless_row_leave_turns_to_others(blog):
    async with acknowledged(blog) as client:
        await client.ask("e", "subscription { endless }")
        first = await client.hear()
        await client.ask("q", "{ __typename }")
        while (message := await client.hear())["id"] == "e":
            assert message == first
        await client.say(id="e", type="complete")
        await until(lambda: OPEN == [])

    assert first == {"id": "e", "type": "next", "payload": {"data": {"endless": 1}}}
    assert message == {"id": "q", "type": "next", "payload": {"data": {"__typename": "Query"}}}


@pytest.mark.parametrize(
    ("query", "more", "code", "message"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        (
            "{ nothing }",
            {},
            "GRAPHQL_VALIDATION_FAILED",
            "Cannot query field 'nothing' on type 'Query'.",
        ),
        (
            "{ posts(first: 101) { id } }",
            {},
            "PAGE_SIZE_EXCEEDED",
            "`first` must be between 1 and 100, not 101: read a long list page by page.",
        ),
        (
            "query ($id: ID!) { post(id: $id) { id } }",
            {},
            "BAD_USER_INPUT",
            "Variable '$id' has invalid value: Expected a value of non-null type 'ID!' to be"
            " provided.",
        ),
        (
            "query A { __typename }",
            {"operationName": "B"},
            "BAD_USER_INPUT",
            "There must be exactly one operation named 'B' in the document.",
        ),
        ("", {}, "BAD_REQUEST", "`query` must be a text with a GraphQL document."),
        (
            "subscription { nothing }",
            {},
            "GRAPHQL_VALIDATION_FAILED",
            "Cannot query field 'nothing' on type 'Subscription'.",
        ),
        ("subscription { forbidden }", {}, "FORBIDDEN", "Not for you."),
    ],
)
async def test_what_is_wrong_with_one_operation_ends_that_one_alone(
    blog, query, more, code, message
):
    async with acknowledged(blog) as client:
        (error,) = await client.errors("1", query, **more)
        still = await client.answer("1", "{ __typename }")

    assert error["extensions"]["code"] == code
    assert error["message"] == message
    assert still == {"data": {"__typename": "Query"}}


async def test_a_document_is_registered_and_asked_for_by_its_hash(blog):
    query = "{ registered: __typename }"
    sha256 = hashlib.sha256(query.encode()).hexdigest()
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256}}}
    async with acknowledged(blog) as client:
        await client.say(id="1", type="subscribe", payload=named)
        (unknown,) = client.only_errors("1", await client.hear())
        registered = await client.answer("2", query, **named)
        await client.say(id="3", type="subscribe", payload=named)
        known = await client.hear()

    assert unknown == {
        "message": "PersistedQueryNotFound",
        "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
    }
    assert registered == known["payload"] == {"data": {"registered": "Query"}}


async def test_where_only_known_documents_are_answered_sockets_answer_no_others(module_settings):
    strict = module_settings.model_copy(update={"operations": AllowedOperations.TRUSTED})
    async with served(strict) as server, acknowledged(server) as client:
        (query,) = await client.errors("1", "{ __typename }")
        (subscription,) = await client.errors("2", "subscription { counted(to: 1) }")

    assert query["extensions"] == {"code": "PERSISTED_QUERY_NOT_ALLOWED"}
    assert subscription == query


async def test_a_bug_in_a_resolver_is_masked_and_logged_under_its_request(blog, ana):
    query = "subscription { seen { number fails } }"
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logged:
        async with acknowledged(blog, {"authorization": blog.authorization(ana)}) as client:
            await client.ask("s", query)
            BELLS[ana.username].put_nowait(1)
            message = await client.hear()

    (error,) = message["payload"]["errors"]
    (line,) = [entry for entry in logged if entry["event"] == "Unforeseen error"]
    assert message["payload"]["data"] == {"seen": {"number": 1, "fails": None}}
    assert error["message"] == "Something went wrong!"
    assert error["extensions"] == {
        "code": "INTERNAL_SERVER_ERROR",
        "requestId": line["requestId"],
    }


async def test_an_operation_says_when_the_database_is_away(away):
    async with acknowledged(away) as client:
        refused = await client.errors("1", "{ posts { id } }")
        still = await client.answer("1", "{ __typename }")

    words = "The database is away: try again soon."
    assert refused == [{"message": words, "extensions": {"code": "SERVICE_UNAVAILABLE"}}]
    assert still == {"data": {"__typename": "Query"}}


async def test_an_event_may_take_as_long_as_a_request(module_settings):
    impatient = module_settings.model_copy(update={"request_timeout": 0.2})
    async with served(impatient) as server, acknowledged(server) as client:
        BELLS[None].put_nowait(1)
        refused = await client.errors("s", "subscription { seen { slow } }")

    words = "A request may take 0.2 seconds: ask for less, or in several requests."
    assert refused == [{"message": words, "extensions": {"code": "TIMEOUT"}}]


async def test_a_subscription_that_breaks_says_so_and_is_over(blog):
    async with acknowledged(blog) as client:
        await client.ask("s", "subscription { broken }")
        first = await client.hear()
        last = client.only_errors("s", await client.hear())
        still = await client.answer("s", "{ __typename }")

    assert first["payload"] == {"data": {"broken": 1}}
    assert last == [
        {
            "message": "Something went wrong!",
            "extensions": {"code": "INTERNAL_SERVER_ERROR"},
        }
    ]
    assert still == {"data": {"__typename": "Query"}}


async def test_4500_a_bug_of_the_server(blog):
    async with acknowledged(blog) as client:
        await client.ask("s", "subscription { unspeakable }")

        assert await client.end() == (4500, "Something went wrong!")


# ------------------------------------------------------------ completing, and ids


async def test_nothing_more_is_said_of_what_the_client_has_completed(blog, ana):
    async with acknowledged(blog, {"authorization": blog.authorization(ana)}) as client:
        await client.ask("s", "subscription { seen { number } }")
        await client.say(id="s", type="complete")
        BELLS[ana.username].put_nowait(1)

        assert await client.answer("1", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_completing_lets_go_of_what_the_subscription_waits_for(blog):
    async with acknowledged(blog) as client:
        before = asyncio.all_tasks()
        await client.ask("w", "subscription { waiting }")
        await until(lambda: OPEN == ["waiting"])
        await client.say(id="w", type="complete")

        await until(lambda: OPEN == [])
        await until(lambda: asyncio.all_tasks() <= before)


async def test_4409_an_id_that_is_in_use(blog):
    async with acknowledged(blog) as client:
        await client.ask("w", "subscription { waiting }")
        await client.ask("w", "{ __typename }")

        assert await client.end() == (4409, "Subscriber for w already exists")


async def test_an_id_may_be_used_again(blog):
    async with acknowledged(blog) as client:
        await client.ask("1", "subscription { waiting }")
        await client.say(id="1", type="complete")

        assert await client.answer("1", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_an_unknown_id_is_nothing_to_complete(blog):
    async with acknowledged(blog) as client:
        await client.say(id="never", type="complete")

        assert await client.answer("1", "{ __typename }") == {"data": {"__typename": "Query"}}


# ------------------------------------------------------------ pings


@pytest.mark.parametrize("payload", [None, {"at": 1}])
async def test_a_ping_is_answered_with_what_it_brought(blog, payload):
    given = {} if payload is None else {"payload": payload}
    async with opened(blog) as client:
        await client.say(type="ping", **given)

        assert await client.hear() == {"type": "pong", **given}


async def test_a_pong_that_nobody_asked_for_is_welcome(blog):
    async with acknowledged(blog) as client:
        await client.say(type="pong")
        await client.say(type="pong", payload={"at": 1})

        assert await client.answer("1", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_who_is_silent_is_asked_and_who_answers_stays(strict):
    async with acknowledged(strict) as client:
        for _ in range(3):
            assert await client.hear() == {"type": "ping"}
            await client.say(type="pong")


async def test_who_does_not_answer_is_let_go(strict):
    async with acknowledged(strict) as client:
        assert await client.hear() == {"type": "ping"}
        assert await client.end() == (1001, "There was no answer to a ping")


# ------------------------------------------------------------ bad messages


@pytest.mark.parametrize(
    "said",
    [
        "",
        "not json",
        "[]",
        "null",
        '"ping"',
        "{}",
        '{"type": 1}',
        '{"type": "unknown"}',
        '{"type": "start", "id": "1", "payload": {"query": "{ __typename }"}}',
        '{"type": "ping", "payload": 1}',
        '{"type": "pong", "payload": []}',
        '{"type": "connection_init", "payload": "x"}',
        '{"type": "connection_init", "payload": {"authorization": 1}}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
        '{"type": "complete"}',
        '{"type": "complete", "id": 1}',
        "[" * 100_000,
        b'{"type": "ping"}',
    ],
)
async def test_4400_a_message_of_another_form(blog, said):
    async with opened(blog) as client:
        await client.socket.send(said)

        code, reason = await client.end()

    assert code == 4400
    assert reason.startswith("Invalid message: ")
    assert len(reason.encode()) <= 123


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"query": None, "variables": {}},
        {"query": 1},
        {"query": "{ __typename }", "variables": []},
        {"query": "{ __typename }", "operationName": 1},
        {"query": "{ __typename }", "extensions": "x"},
    ],
)
async def test_4400_a_subscribe_of_another_form(blog, payload):
    async with acknowledged(blog) as client:
        await client.say(id="1", type="subscribe", payload=payload)

        code, reason = await client.end()

    assert code == 4400
    assert reason.startswith("Invalid message: `payload.")


# ------------------------------------------------------------ bounds


async def test_no_more_operations_at_once_than_allowed(strict):
    async with acknowledged(strict) as client:
        await client.ask("1", "subscription { waiting }")
        await client.ask("2", "subscription { waiting }")
        refused = await client.errors("3", "{ __typename }")
        await client.say(id="1", type="complete")
        await until(lambda: OPEN == ["waiting"])
        allowed = await client.answer("3", "{ __typename }")

    words = "A connection may have 2 operations at once: let one complete first."
    assert refused == [{"message": words, "extensions": {"code": "TOO_MANY_OPERATIONS"}}]
    assert allowed == {"data": {"__typename": "Query"}}


async def test_each_operation_and_each_event_has_its_price(module_settings):
    poor = {"rate_limit": "on", "rate_limit_anonymous_points": 3, "rate_limit_anonymous_restore": 1}
    settings = Settings.model_validate(module_settings.model_dump(exclude={"port"}) | poor)
    async with served(settings) as server, acknowledged(server) as client:
        await client.ask("s", "subscription { counted(to: 3) }")
        heard = [await client.hear() for _ in range(3)]

    assert [message["payload"] for message in heard[:2]] == [
        {"data": {"counted": 0}},
        {"data": {"counted": 1}},
    ]
    (error,) = client.only_errors("s", heard[2])
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 1}
    assert error["message"].startswith("This costs 1 point, and 0 of 3 are left,")


async def test_1009_a_message_that_is_too_long(strict):
    async with acknowledged(strict) as client:
        await client.ask("1", "{ __typename }" + " " * 200)

        assert await client.end() == (1009, "A message may have 200 bytes at most")


async def test_for_who_reads_slowly_nothing_is_piled_up(blog):
    SENT.clear()
    async with acknowledged(blog, max_queue=1) as client:
        await client.ask("f", "subscription { flood }")
        await asyncio.sleep(0.3)
        made_at_first = len(SENT)
        await asyncio.sleep(0.3)
        made = len(SENT)
        for _ in range(2 * made):
            assert (await client.hear())["payload"]["data"]["flood"] == LARGE
        client.socket.transport.abort()

    assert made == made_at_first
    assert 1 <= made < 40


async def test_who_reads_nothing_is_let_go(module_settings):
    async with served(module_settings, send_seconds=0.2) as server:
        before = asyncio.all_tasks()
        async with acknowledged(server, max_queue=1) as client:
            with structlog.testing.capture_logs() as logged:
                await client.ask("f", "subscription { flood }")
                await until(lambda: any(entry["event"] == "WebSocket" for entry in logged))
            client.socket.transport.abort()

        (line,) = [entry for entry in logged if entry["event"] == "WebSocket"]
        assert (line["code"], line["reason"]) == (1013, "Messages were not read for 0.2 seconds")
        await until(lambda: asyncio.all_tasks() <= before)


# ------------------------------------------------------------ leaving


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_nothing_is_left_of_a_client_that_left(blog, ana, how):
    before = asyncio.all_tasks()
    async with acknowledged(blog) as client:
        for number in range(5):
            await client.ask(f"w{number}", "subscription { waiting }")
        await until(lambda: len(OPEN) == 5)
        if how == "abort":
            client.socket.transport.abort()

    await until(lambda: OPEN == [])
    await until(lambda: asyncio.all_tasks() <= before)


async def test_1001_the_server_goes(module_settings):
    async with served(module_settings) as server, acknowledged(server) as client:
        await client.ask("w", "subscription { waiting }")
        await until(lambda: OPEN == ["waiting"])
        began = time.monotonic()
        server.server.should_exit = True

        assert await client.end() == (1001, "The server is going away: connect again")
        assert OPEN == []
    assert time.monotonic() - began < 20


async def test_each_socket_and_each_operation_is_a_line_in_the_log(blog):
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logged:
        async with acknowledged(blog) as client:
            await client.answer("1", "{ __typename }")
        await until(lambda: any(entry["event"] == "WebSocket" for entry in logged))

    operation, socket = logged
    assert operation.pop("milliseconds") < 5_000
    assert len(operation.pop("requestId")) == 32
    assert operation == {"event": "Operation", "log_level": "info"}
    assert socket == {
        "event": "WebSocket",
        "log_level": "info",
        "code": 1000,
        "reason": "",
        "operations": 1,
    }
