"""What browsers are told not to do with our answers."""

import pytest

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
DATA = ALWAYS | {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
REQUESTS = {
    "query": ("GET", "/graphql?query={__typename}", 200),
    "refused query": ("GET", "/graphql?query={", 400),
    "verb": ("PUT", "/graphql", 405),
    "list": ("GET", "/api/posts", 200),
    "absent": ("GET", "/api/posts/7", 404),
    "health": ("GET", "/healthz", 200),
    "address": ("GET", "/nowhere", 404),
    "options": ("OPTIONS", "/graphql", 204),
}


def guards(answer):
    names = [*DATA, "strict-transport-security", "cross-origin-opener-policy", "permissions-policy"]
    return {name: answer.headers[name] for name in names if name in answer.headers}


@pytest.fixture
def template(sqlite_template):
    """No header depends on the kind of the database."""
    return sqlite_template


@pytest.mark.parametrize(("method", "address", "status"), REQUESTS.values(), ids=REQUESTS)
async def test_every_answer_is_guarded(client, method, address, status):
    answer = await client.request(
        method, address, headers={"Accept": "application/graphql-response+json, application/json"}
    )

    assert answer.status_code == status
    assert guards(answer) == DATA


@pytest.mark.parametrize("address", ["/graphql", "/static/fallback.js"])
async def test_pages_have_a_policy_of_their_own(client, address):
    answer = await client.get(address, headers={"Accept": "text/html"})

    found = guards(answer)
    assert "script-src 'self'" in found.pop("content-security-policy")
    assert found == ALWAYS | {
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }


@pytest.mark.parametrize("address", ["/api/posts", "/graphql?query={__typename}", "/nowhere"])
async def test_browsers_are_told_to_stay_with_https_where_it_is_set_and_there(client_with, address):
    unset, client = await client_with(), await client_with(hsts_max_age=31536000)

    plain = await client.get(address)
    safe = await client.get(f"https://testserver{address}")
    silent = await unset.get(f"https://testserver{address}")

    assert "strict-transport-security" not in plain.headers
    assert safe.headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in silent.headers
