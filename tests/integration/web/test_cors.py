"""Which pages of other sites may ask, and what they may read of the answers."""

import pytest

SITE = "https://blog.example.com"
OTHER = "https://evil.example"
OTHERS = [OTHER, f"{SITE}.evil.example", SITE.replace("https", "http"), "null"]
ADDRESSES = ["/graphql?query={__typename}", "/api/posts", "/api/posts/7", "/healthz", "/nowhere"]
EXPOSED = {
    "allow",
    "etag",
    "link",
    "location",
    "ratelimit",
    "ratelimit-limit",
    "ratelimit-policy",
    "ratelimit-remaining",
    "ratelimit-reset",
    "retry-after",
    "server-timing",
    "www-authenticate",
    "x-cache",
    "x-request-id",
    "x-total-count",
}


def cors(answer):
    """What the answer says to browsers about other sites."""
    begin = "access-control-"
    return {name: value for name, value in answer.headers.items() if name.startswith(begin)}


def preflight(origin=SITE, method="POST", headers="authorization,content-type"):
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    return asked | ({"Access-Control-Request-Headers": headers} if headers else {})


@pytest.fixture
def template(sqlite_template):
    """No header depends on the kind of the database."""
    return sqlite_template


@pytest.fixture
async def site(client_with):
    return await client_with(cors_origins=[SITE, "http://localhost:3000"])


@pytest.mark.parametrize("address", ADDRESSES)
async def test_nobody_is_admitted_unless_set(client, address):
    answer = await client.get(address, headers={"Origin": SITE})
    asked = await client.options(address, headers=preflight())

    assert cors(answer) == cors(asked) == {}
    assert "origin" not in answer.headers.get("vary", "").lower()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("origin", [SITE, "http://localhost:3000"])
async def test_pages_of_a_listed_site_read_every_answer(site, address, origin):
    answer = await site.get(address, headers={"Origin": origin})

    said = cors(answer)
    assert set(said.pop("access-control-expose-headers").lower().split(", ")) == EXPOSED
    assert said == {"access-control-allow-origin": origin}
    assert "Origin" in answer.headers["vary"].split(", ")
    assert answer.headers.get_list("vary") == [answer.headers["vary"]]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("origin", OTHERS)
async def test_pages_of_other_sites_read_nothing(site, address, origin):
    answer = await site.get(address, headers={"Origin": origin})
    asked = await site.options(address, headers=preflight(origin))

    assert cors(answer) == cors(asked) == {}
    # A cache must not give this answer to those who may read it.
    assert "Origin" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize("address", ADDRESSES)
async def test_without_an_origin_only_caches_are_told(site, address):
    answer = await site.get(address)

    assert cors(answer) == {}
    assert "Origin" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize(
    ("address", "methods"),
    [
        ("/graphql", "GET, HEAD, POST, OPTIONS"),
        ("/api/posts", "GET, POST, HEAD, OPTIONS"),
        ("/api/posts/7", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
        ("/api/login", "POST, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/static/fallback.js", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_preflight_is_told_what_its_address_takes(site, address, methods):
    asked = await site.options(address, headers=preflight())

    said = cors(asked)
    assert (asked.status_code, asked.content) == (204, b"")
    assert said.pop("access-control-expose-headers")
    assert said == {
        "access-control-allow-origin": SITE,
        "access-control-allow-methods": methods,
        "access-control-allow-headers": "authorization,content-type",
        "access-control-max-age": "7200",
    }
    assert asked.headers["allow"] == methods
    assert len(asked.headers["x-request-id"]) == 32
    assert asked.headers["x-content-type-options"] == "nosniff"


async def test_a_preflight_for_an_unknown_address_fails(site):
    asked = await site.options("/nowhere", headers=preflight())

    assert asked.status_code == 404


@pytest.mark.parametrize(
    "headers", ["x-sentry-trace, traceparent", "apollo-require-preflight", "idempotency-key"]
)
async def test_a_listed_site_may_send_any_header(site, headers):
    asked = await site.options("/graphql", headers=preflight(headers=headers))

    assert cors(asked)["access-control-allow-headers"] == headers


@pytest.mark.parametrize("headers", [None, "", "a: b", "a;b", "a" * 5000])
async def test_what_are_no_header_names_are_not_repeated(site, headers):
    asked = await site.options("/graphql", headers=preflight(headers=headers))

    assert "access-control-allow-headers" not in cors(asked)


@pytest.mark.parametrize("address", ["/graphql", "/api/posts", "/healthz", "/"])
async def test_options_without_an_origin_is_answered_by_the_address(client, site, address):
    plain = await client.options(address)
    listed = await site.options(address)
    no_preflight = await site.options(address, headers={"Origin": SITE})

    assert plain.status_code == listed.status_code == no_preflight.status_code == 204
    assert plain.headers["allow"] == listed.headers["allow"]
    assert cors(plain) == cors(listed) == {}
    assert "access-control-allow-methods" not in cors(no_preflight)


async def test_refusals_can_be_read_too(site):
    headers = {"Origin": SITE}
    broken = await site.post("/graphql", content=b"{", headers=headers)
    large = await site.post("/api/posts", content=b"x" * (1024 * 1024 + 1), headers=headers)
    token = await site.get("/api/posts", headers=headers | {"Authorization": "Bearer nonsense"})
    changed = await site.get("/api/posts", headers=headers)
    same = await site.get(
        "/api/posts", headers=headers | {"If-None-Match": changed.headers["etag"]}
    )

    for answer, status in [(broken, 415), (large, 413), (token, 401), (same, 304)]:
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == SITE


async def test_cookies_of_listed_sites_come_along_when_set(client_with):
    client = await client_with(cors_origins=[SITE], cors_credentials=True)

    admitted = await client.get("/api/posts", headers={"Origin": SITE})
    asked = await client.options("/graphql", headers=preflight())
    other = await client.get("/api/posts", headers={"Origin": OTHER})

    assert admitted.headers["access-control-allow-credentials"] == "true"
    assert admitted.headers["access-control-allow-origin"] == SITE
    assert asked.headers["access-control-allow-credentials"] == "true"
    assert cors(other) == {}


@pytest.mark.parametrize("headers", [{"Origin": OTHER}, {"Origin": "null"}, {}])
async def test_everybody_reads_the_same_when_all_sites_are_admitted(client_with, headers):
    client = await client_with(cors_origins=["*"])

    answer = await client.get("/api/posts", headers=headers)
    asked = await client.options("/graphql", headers=headers | preflight(headers="content-type"))

    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" not in answer.headers["vary"]
    assert asked.headers["access-control-allow-origin"] == "*"
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
