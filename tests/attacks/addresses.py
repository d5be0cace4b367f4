"""Attacks by addresses and headers."""

from urllib.parse import quote

from tests.attacks.attack import JSON, Attack, http, posted, rest

NO_SUCH = "NOT_FOUND"
QUERY = b'{"query": "{ __typename }"}'
FINE = '{"data":{"__typename":"Query"}}'
MUTATION = quote('mutation { login(input: {username: "a", password: "b"}) { token } }')


def got(target: str, status: int, says: str, name: str = "", **headers: str) -> Attack:
    return Attack(
        name or f"GET {target}", http(target, headers=headers, method="GET"), status, says
    )


ADDRESSES = [
    # Paths.
    got("/static/../../../../../../etc/passwd", 404, NO_SUCH),
    got("/static/..%2f..%2f..%2f..%2fetc%2fpasswd", 404, NO_SUCH),
    got("/static/%2e%2e/%2e%2e/app.py", 404, NO_SUCH),
    got("/static/%252e%252e/app.py", 404, NO_SUCH),
    got("/static/..%5c..%5capp.py", 404, NO_SUCH),
    got("/static//etc/passwd", 404, NO_SUCH),
    got("/static/%2fetc/passwd", 404, NO_SUCH),
    got("/static/%00", 404, NO_SUCH),
    got("/static/fallback.html%00.png", 404, NO_SUCH),
    got("/static/" + "a" * 5000, 404, NO_SUCH, "a name of a file of 5,000 letters"),
    got("/static/" + "a/" * 10_000, 404, NO_SUCH, "a path of 10,000 folders"),
    got("/static/%ff%fe", 404, NO_SUCH),
    got("/static/%ed%a0%80", 404, NO_SUCH),
    got("/static/", 404, NO_SUCH),
    got("/static", 307, ""),
    got("/api/../../etc/passwd", 404, NO_SUCH),
    got("/api/%2e%2e/healthz", 404, NO_SUCH),
    got("/api//posts", 404, NO_SUCH),
    got("//evil.example/api/posts", 404, NO_SUCH),
    got("/api/posts/../users", 404, NO_SUCH),
    got("/api/posts/%2e%2e%2fusers", 404, NO_SUCH),
    got("/api/posts/1%00", 404, NO_SUCH),
    got("/api/posts/%00", 404, NO_SUCH),
    got("/api/posts/-1", 404, NO_SUCH),
    got("/api/posts/1e3", 404, NO_SUCH),
    got("/api/posts/0x1", 404, NO_SUCH),
    got("/api/posts/%D9%A1", 404, NO_SUCH, "GET /api/posts/ and an Arabic one"),
    got("/api/posts/" + "9" * 5000, 404, NO_SUCH, "the id of 5,000 digits"),
    got("/api/posts/1%27%20OR%201%3D1--", 404, NO_SUCH),
    got("/api/users/1;DROP%20TABLE%20users", 404, NO_SUCH),
    got("/%0d%0aSet-Cookie:%20a=b", 404, NO_SUCH),
    got("/" + "a" * 60_000, 404, NO_SUCH, "an address of 60,000 letters"),
    got("/.git/config", 404, NO_SUCH),
    got("/.env", 404, NO_SUCH),
    # What follows the path.
    got("/api/posts?limit=1000000", 400, "BAD_USER_INPUT"),
    got("/api/posts?limit=-1", 400, "BAD_USER_INPUT"),
    got("/api/posts?offset=99999999999999999999", 400, "BAD_USER_INPUT"),
    got(
        "/api/posts?limit=1%20UNION%20SELECT%20password_hash%20FROM%20users", 400, "BAD_USER_INPUT"
    ),
    got("/api/posts?limit=%00", 400, "BAD_USER_INPUT"),
    got("/api/posts?limit=1&limit=1000000", 400, "BAD_USER_INPUT"),
    got("/api/posts?cursor=%27%3B--", 400, "BAD_USER_INPUT"),
    got("/api/posts?cursor=" + "A" * 50_000, 400, "BAD_USER_INPUT", "a cursor of 50,000 letters"),
    got("/api/posts?" + "a&" * 20_000, 400, "1,000 parameters", "20,000 parameters"),
    got("/graphql?" + "a&" * 20_000, 400, "1,000 parameters", "20,000 parameters for GraphQL"),
    got("/graphql?query=%7B__typename%7D&query=%7B__typename%7D", 400, "more than once", **JSON),
    got("/graphql?query=%ff", 400, "no UTF-8", **JSON),
    got(
        "/graphql?query=%7B__typename%7D&variables=" + "%5B" * 15_000,
        400,
        "is not valid JSON",
        "variables of 15,000 levels by address",
        **JSON,
    ),
    got(
        "/graphql?query=%7B__typename%7D&variables=%7B%22a%22:1e999%7D",
        400,
        "is not valid JSON",
        **JSON,
    ),
    got("/graphql?query=" + MUTATION, 405, "METHOD_NOT_ALLOWED", "a mutation by GET", **JSON),
    Attack(
        "a mutation by HEAD", http("/graphql?query=" + MUTATION, method="HEAD", headers=JSON), 405
    ),
    # Verbs.
    Attack("TRACE", http(method="TRACE"), 405, "METHOD_NOT_ALLOWED"),
    Attack("TRACE of the REST API", http("/api/posts", method="TRACE"), 405, "METHOD_NOT_ALLOWED"),
    Attack("DELETE of the endpoint", http(method="DELETE"), 405, "METHOD_NOT_ALLOWED"),
    Attack("DELETE by a header", posted(QUERY, **{"X-HTTP-Method-Override": "DELETE"}), 200, FINE),
    Attack("OPTIONS with a body", http("/api/posts", QUERY, method="OPTIONS"), 204),
    # Headers.
    Attack("a Host of somebody else", posted(QUERY, Host="evil.example"), 200, FINE),
    Attack("a Host that is a path", posted(QUERY, Host="../../etc/passwd"), 200, FINE),
    Attack(
        "X-Forwarded-For of nonsense",
        posted(QUERY, **{"X-Forwarded-For": "'; DROP TABLE--"}),
        200,
        FINE,
    ),
    Attack(
        "an id of a request with a line in it",
        posted(QUERY, **{"X-Request-ID": "a" * 5000}),
        200,
        FINE,
    ),
    Attack(
        "Accept of 30,000 types", posted(QUERY, Accept="a/b;q=0.1," * 6000), 406, "NOT_ACCEPTABLE"
    ),
    Attack(
        "Accept with q of 50,000 digits",
        posted(QUERY, Accept="*/*;q=0." + "1" * 50_000),
        200,
        "Query",
    ),
    Attack(
        "Accept-Encoding of 30,000 codings",
        posted(QUERY, **{"Accept-Encoding": "x;q=0.1," * 7000}),
        200,
        FINE,
    ),
    Attack(
        "If-None-Match of 10,000 tags",
        rest("/api/posts/1", **{"If-None-Match": '"a", ' * 10_000}),
        200,
        "First Post",
    ),
    Attack(
        "a Range of a million ranges",
        rest("/static/fallback.html", Range="bytes=" + "0-1," * 10_000 + "0-1"),
        200,
        "<!doctype html>",
    ),
    Attack(
        "a Content-Type of 50,000 parameters",
        posted(QUERY, **{"Content-Type": "application/json" + ";a=b" * 12_000}),
        200,
        FINE,
    ),
    Attack("a cookie of 50,000 letters", posted(QUERY, Cookie="a=" + "b" * 50_000), 200, FINE),
    Attack("1,000 headers", posted(QUERY, **{f"X-{n}": "a" for n in range(1000)}), 200, FINE),
    Attack(
        "headers of a mebibyte",
        posted(QUERY, **{f"X-{n}": "a" * 1000 for n in range(1000)}),
        431,
        "headers",
        closes=True,
    ),
    Attack(
        "a header of a mebibyte", posted(QUERY, **{"X-A": "a" * 2**20}), 431, "headers", closes=True
    ),
    Attack(
        "an address of a mebibyte",
        http("/" + "a" * 2**20, method="GET"),
        431,
        "headers",
        closes=True,
    ),
]
