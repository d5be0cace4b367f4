"""Texts that are code somewhere else, and the places of both APIs that take texts."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.attacks.attack import graphql, rest

TEXTS = [
    "'",
    '"',
    "''",
    "\\",
    "\\'",
    "`",
    "%",
    "_",
    "%%",
    "[a-z]",
    "*",
    "?",
    ":id",
    "$1",
    "{}",
    ";",
    "--",
    "/*",
    "\x1b",
    "\r\n",
    "' OR '1'='1",
    "' OR 1=1 --",
    '" OR ""="',
    "1; DROP TABLE posts; --",
    "' UNION SELECT username, password_hash FROM users --",
    "'; UPDATE users SET role = 'ADMIN'; --",
    "' AND (SELECT pg_sleep(5)) IS NULL --",
    "' AND randomblob(1000000000) --",
    "x' || (SELECT password_hash FROM users LIMIT 1) || 'x",
    "%' ESCAPE '",
    "\u2019 OR 1=1",
    "\uff07 OR 1=1",
    "\u202e",
    "\U0001f4a3" * 50,
    "$(id)",
    "{{7*7}}",
    "${7*7}",
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "http://127.0.0.1:9/",
    "%" * 900,
    "_" * 900,
    "\\" * 900,
]
UNSTORABLE = ["\0", "a\0b", "' OR 1=1\0"]

CURSOR = "This is no cursor, or a damaged one: pass one on exactly as a page gave it."
ORDER = "query ($t: PostOrderField!) { posts(orderBy: {field: $t}) { id } }"


@dataclass(frozen=True)
class Place:
    """Where a text goes in a query, and what comes of one that nobody ever wrote."""

    query: str
    finds: str
    """The answer, or a part of it."""

    def __str__(self) -> str:
        return self.query.partition("{ ")[2]

    def asked(self, text: str) -> bytes:
        return graphql(self.query, variables={"t": text})


def posts(filter: str, finds: str = '{"data":{"posts":[]}}') -> Place:
    return Place(f"query ($t: String!) {{ posts(filter: {{{filter}}}) {{ id }} }}", finds)


NOTHING = [
    posts("slug: {eq: $t}"),
    posts("slug: {in: [$t]}"),
    posts("slug: {startsWith: $t}"),
    posts("slug: {contains: $t}"),
    posts("authorUsername: {eq: $t}"),
    posts("or: [{slug: {eq: $t}}, {not: {slug: {notIn: [$t]}}}]"),
    Place("query ($t: String!) { postBySlug(slug: $t) { id } }", '{"data":{"postBySlug":null}}'),
    Place(
        "query ($t: String!) { userByUsername(username: $t) { id } }",
        '{"data":{"userByUsername":null}}',
    ),
    Place("query ($t: String!) { tagBySlug(slug: $t) { id } }", '{"data":{"tagBySlug":null}}'),
    Place(
        "query ($t: String!) { users(filter: {username: {contains: $t}}) { id } }",
        '{"data":{"users":[]}}',
    ),
    Place("query ($t: ID!) { post(id: $t) { id } }", '{"data":{"post":null}}'),
    Place("query ($t: ID!) { user(id: $t) { id } }", '{"data":{"user":null}}'),
    Place("query ($t: ID!) { node(id: $t) { id } }", '{"data":{"node":null}}'),
    Place("query ($t: ID!) { nodes(ids: [$t]) { id } }", '{"data":{"nodes":[null]}}'),
    Place("query ($t: ID!) { posts(filter: {id: {in: [$t]}}) { id } }", '{"data":{"posts":[]}}'),
    Place(
        "query ($t: ID!) { posts(filter: {authorId: {eq: $t}}) { id } }", '{"data":{"posts":[]}}'
    ),
]
REFUSED = [
    Place("query ($t: String!) { postsConnection(first: 2, after: $t) { nodes { id } } }", CURSOR),
    Place("query ($t: String!) { tagsConnection(last: 2, before: $t) { nodes { id } } }", CURSOR),
    Place(
        "query ($t: DateTime!) { posts(filter: {publishedAt: {lt: $t}}) { id } }", "BAD_USER_INPUT"
    ),
    Place(ORDER, "BAD_USER_INPUT"),
]
TITLES = graphql("query { posts(first: 100) { title } }")
CONTAINS = "query ($t: String!) { posts(first: 100, filter: {title: {contains: $t}}) { title } }"
STARTS = "query ($t: String!) { posts(first: 100, filter: {title: {startsWith: $t}}) { title } }"


def addresses(text: str) -> dict[bytes, tuple[int, str]]:
    """Requests of the REST API with the text in them, and what is said to each."""
    t = quote(text, safe="")
    return {
        rest(f"/api/posts/{t}"): (404, "NOT_FOUND"),
        rest(f"/api/users/{t}/posts"): (404, "NOT_FOUND"),
        rest(f"/api/posts?limit={t}"): (400, "limit must be a whole number"),
        rest(f"/api/posts?offset={t}"): (400, "offset must be a whole number"),
        rest(f"/api/posts?cursor={t}"): (400, CURSOR),
        rest(f"/api/posts?order={t}"): (400, "order must be one of"),
        rest(f"/api/posts?author={t}"): (400, "author must be an id"),
        rest(f"/api/posts?fields=x{t}"): (400, "fields has no x"),
        rest(f"/api/posts?include=x{t}"): (400, "include has no x"),
        rest(f"/api/posts/by-slug/{t}"): (404, "NOT_FOUND"),
        rest(f"/api/users/by-username/{t}"): (404, "NOT_FOUND"),
        rest(f"/api/tags/{t}"): (404, "NOT_FOUND"),
    }


def posted(token: str, text: str) -> bytes:
    content: dict[str, Any] = {"title": f"About {text}"[:200], "content": text}
    return rest("/api/posts", content, method="POST", Authorization=f"Bearer {token}")
