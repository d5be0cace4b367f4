"""What the REST API says of itself is well formed, complete and true.

Every other test of this folder helps: its client holds each answer against the document.
"""

import re

import pytest

from graphql_blog.auth import Role
from graphql_blog.rest.openapi import document
from graphql_blog.rest.routes import ROUTES
from tests import contract

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GOOD = {
    "comments_add": {"content": "New"},
    "posts_publish": {},
    "login_log_in": {"username": "cleo", "password": "a long password"},
    "posts_create": {"title": "New", "content": "New"},
    "posts_replace": {"title": "New", "content": "New"},
    "posts_change": {"title": "New"},
    "users_create": {"username": "dora", "email": "dora@example.com"},
}
TAKEN = GOOD["users_create"] | GOOD["posts_create"] | {"slug": "s-login-greeting"}
NOTHING = {"id": "999999", "slug": "nothing", "username": "nobody"}
UNFORESEEN = {"429", "500", "503"}
METHODS = {"get", "put", "post", "patch", "delete"}
OPERATIONS = {
    method["operationId"]: (name, path, method)
    for path, methods in document()["paths"].items()
    for name, method in methods.items()
    if name in METHODS
}
WITH_BODY = [name for name, (_, _, made) in OPERATIONS.items() if "requestBody" in made]


@pytest.fixture
def template(sqlite_template):
    """Nothing here depends on the kind of the database."""
    return sqlite_template


def filled(path, values):
    return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), path)


def everything(value):
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):
            yield from everything(part)


async def test_it_is_served_and_not_sent_twice(client):
    answer = await client.get("/openapi.json")
    again = await client.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]})

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == document()
    assert again.status_code == 304
    assert (await client.head("/openapi.json")).status_code == 200


def test_it_is_openapi():
    made = document()

    assert made["openapi"] == "3.1.1"
    assert {*made} == {"openapi", "info", "servers", "tags", "paths", "components"}
    assert {*made["info"]} == {"title", "version", "description"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", made["info"]["version"])
    assert {*made["components"]} == {"schemas", "securitySchemes"}
    assert [tag["name"] for tag in made["tags"]] == [
        "comments",
        "login",
        "posts",
        "tags",
        "users",
    ]


def test_a_post_is_there_in_several_forms():
    _, _, made = OPERATIONS["posts_shown"]
    forms = made["responses"]["200"]["content"]

    assert [*forms] == ["application/json", "text/html", "text/markdown", "application/xml"]
    assert forms["text/html"]["schema"] == {"type": "string"}


def test_every_reference_leads_somewhere_and_every_schema_is_used():
    schemas = document()["components"]["schemas"]
    referred = {made["$ref"] for made in everything(document()) if "$ref" in made}

    assert referred == {f"#/components/schemas/{name}" for name in schemas}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_described(name):
    _, path, made = OPERATIONS[name]

    assert made["summary"].endswith(".")
    assert made["tags"] == [name.partition("_")[0]]
    assert made["security"] in ([{"token": []}], [{}, {"token": []}])
    assert all(re.fullmatch(r"[2-5]\d\d", status) for status in made["responses"])
    assert all(answer["description"] for answer in made["responses"].values())
    in_path = [given["name"] for given in document()["paths"][path].get("parameters", ())]
    assert in_path == re.findall(r"\{(\w+)\}", path)
    for given in made.get("parameters", ()):
        assert {*given} == {"name", "in", "description", "schema"}
        assert given["in"] in {"query", "header"}


async def test_v1_is_another_name_for_all_of_it(client, written):
    post = await written()
    by_both = [await client.get(f"/api{v}{post['links']['self'][4:]}") for v in ("", "/v1")]
    pages = [await client.get(f"/api{v}/posts?limit=1") for v in ("", "/v1")]

    assert by_both[0].json() == by_both[1].json() == post
    assert by_both[0].headers["etag"] == by_both[1].headers["etag"]
    assert pages[0].json() == pages[1].json() == [post]


async def test_it_names_every_address_with_the_methods_it_takes(client):
    said = {}
    for route in ROUTES:
        path = f"/api{route.path}".replace(":path}", "}")
        answer = await client.options(filled(path, NOTHING))
        allowed = {word.lower() for word in answer.headers["allow"].split(", ")}
        said[path] = allowed - {"head", "options"}

    assert said == {path: METHODS & {*methods} for path, methods in document()["paths"].items()}
    assert len(OPERATIONS) == sum(map(len, said.values()))


@pytest.mark.parametrize("name", WITH_BODY)
async def test_a_body_requires_and_reads_what_is_said_of_it(client, written, ana, name):
    method, path, _ = OPERATIONS[name]
    address = filled(path, {"id": (await written())["id"]})
    properties, required = body_of(name)

    async def missed(body):
        answer = await client.request(method, address, json=body, headers=ana.headers)
        return {detail["field"] for detail in answer.json().get("details", ())}

    assert await missed({}) == required
    for wrong in properties:
        # No property is a list of lists, and so this is no value for any.
        assert await missed(GOOD[name] | {wrong: [[]]}) in ({wrong}, {f"{wrong}.0"})


def body_of(name):
    """The names of the properties that the document has for the body, and of the required ones."""
    schema = OPERATIONS[name][2]["requestBody"]["content"]["application/json"]["schema"]
    named, *more = schema.get("allOf", [schema])
    made = document()["components"]["schemas"][named["$ref"].rpartition("/")[2]]
    required = [*made.get("required", ()), *(more[0]["required"] if more else ())]
    return {*made["properties"]}, {*required}


def test_defaults_of_changes_are_not_promised():
    schemas = document()["components"]["schemas"]

    assert not [made for made in everything(schemas["PostChanges"]) if "default" in made]
    assert schemas["NewPost"]["properties"]["status"]["default"] == "PUBLISHED"


async def test_every_promised_status_is_answered(client, written, ana, ben, account):
    """One walk through all addresses, right and wrong; what goes wrong by itself is left out."""
    contract.seen.clear()
    reader = await account("reader", Role.READER)
    await client.post("/api/users", json=GOOD["login_log_in"] | {"email": "cleo@example.com"})
    guest = await account("guest", Role.ANONYMOUS)
    for name, (method, path, _) in OPERATIONS.items():
        slug, status = f"s-{name.replace('_', '-')}", "PUBLISHED"
        if name == "posts_publish":
            status = "DRAFT"
        draft = await written(status="DRAFT")
        post = await written(slug=slug, tags=["One"], status=status)
        address = filled(path, await names_for(client, path, post, ana))
        good = GOOD.get(name)

        async def ask(where=address, body=good, by=ana, method=method, **headers):
            return await client.request(method, where, json=body, headers=by.headers | headers)

        for by in (reader, guest, ben):
            await ask(by=by)
        etag = (await client.get(address, headers=ana.headers)).headers.get("etag", '"none"')
        await ask(**{"If-None-Match": etag, "If-Match": '"old"'})
        await ask(Authorization="Bearer nonsense")
        await ask(filled(path, NOTHING))
        await ask(f"{address}?limit=0&fields=nothing")
        if good is not None:
            await client.request(method, address, content=b"{", headers=ana.headers | JSON)
            await client.request(method, address, content=b"x=1", headers=ana.headers | FORM)
            await client.request(method, address, content=b" " * 2_000_000, headers=ana.headers)
            await ask(body=TAKEN)
            await ask(body=good | {"password": "wrong password", "at": "never"})
        await ask(Accept="image/png")
        await ask()
        await ask()
        await ask(address.replace(str(post["id"]), str(draft["id"])))
        await client.patch(post["links"]["self"], json={"slug": f"{slug}-2"}, headers=ana.headers)
        await ask()

    promised = {name: {*made["responses"]} for name, (_, _, made) in OPERATIONS.items()}
    missing = {name: promised[name] - contract.seen[name] - UNFORESEEN for name in OPERATIONS}
    assert {name: left for name, left in missing.items() if left} == {}


async def names_for(client, path, post, ana):
    """What stands in the address of something that is there."""
    of_tag = path.startswith("/api/tags")
    names = {"id": post["id"], "slug": "one" if of_tag else post["slug"], "username": "ana"}
    if path.startswith("/api/users"):
        return names | {"id": ana.id}
    if path.startswith("/api/comments"):
        address = post["links"]["comments"]
        said = await client.post(address, json=GOOD["comments_add"], headers=ana.headers)
        return names | {"id": said.json()["id"]}
    return names
