"""Who is measured: our server, its fallback, plain Strawberry, and the limit."""

from benchmarks.processes import production, python

OURS = "graphql-blog"
CORE = "graphql-blog, core"
KEEPING = "graphql-blog, kept"
PLAIN = "plain Strawberry"
LIMIT = "hand-written"
CONSTANT = "constant answer"
BARE = "bare socket"

_ON_CORE = {"GRAPHQL_BLOG_ENGINE": "core"}
OURS_AS_SHIPPED = (
    python(OURS, "graphql_blog", "serve", **production()),
    python(CORE, "graphql_blog", "serve", **production(**_ON_CORE)),
)
OURS_WITH_LARGE_PAGES = (
    python(OURS, "benchmarks.servers.serve", "large_pages", **production()),
    python(CORE, "benchmarks.servers.serve", "large_pages", **production(**_ON_CORE)),
)
OURS_KEEPING = python(KEEPING, "graphql_blog", "serve", **production(GRAPHQL_BLOG_CACHE="memory"))
PLAIN_STRAWBERRY = python(PLAIN, "benchmarks.servers.serve", "plain_strawberry")
BY_HAND = python(LIMIT, "benchmarks.servers.serve", "limit")
CONSTANT_ANSWER = python(CONSTANT, "benchmarks.servers.serve", "constant")
BARE_SOCKET = python(BARE, "benchmarks.servers.bare")
