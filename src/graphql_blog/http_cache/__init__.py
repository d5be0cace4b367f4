"""What browsers, proxies and CDNs may keep of our answers, and how they learn that it changed.

    validators.py       the ETag of a body, and which one a client has
    lifetimes.py        `Cache-Control`: for whom, and for how long
    surrogate_keys.py   the names by which a CDN finds all that has to go
    purges.py           what commits changed is on its way to the CDN: never lost, never waited for
    purge_requests.py   one request that says so

Tags are text, as in `cache`: `Post:1`, its kind `Post`, and `*` for everything.
"""

from graphql_blog.http_cache.lifetimes import PRIVATE, Lifetimes, Subject
from graphql_blog.http_cache.purge_requests import PurgeRequests
from graphql_blog.http_cache.purges import Purges
from graphql_blog.http_cache.surrogate_keys import TagHeader
from graphql_blog.http_cache.validators import etag, named, names

__all__ = [
    "PRIVATE",
    "Lifetimes",
    "PurgeRequests",
    "Purges",
    "Subject",
    "TagHeader",
    "etag",
    "named",
    "names",
]
