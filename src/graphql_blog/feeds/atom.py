"""Atom 1.0 (RFC 4287)."""

from graphql_blog.feeds.entries import Entry, Feed
from graphql_blog.feeds.instants import rfc3339
from graphql_blog.rest.markup import DECLARATION, element, text

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"


def written(feed: Feed) -> bytes:
    document = element(
        "feed",
        text("id", feed.address),
        text("title", feed.title),
        text("updated", rfc3339(feed.updated)),
        element("link", rel="self", type=MEDIA_TYPE, href=feed.address),
        element("link", rel="alternate", type="text/html", href=feed.home),
        text("generator", "graphql-blog"),
        *map(_entry, feed.entries),
        xmlns=NAMESPACE,
        # Contents may lead to places on their own site.
        xml__base=feed.home,
    )
    return f"{DECLARATION}{document}\n".encode()


def _entry(entry: Entry) -> str:
    return element(
        "entry",
        text("id", entry.id),
        text("title", entry.title),
        element("link", rel="alternate", type="text/html", href=entry.address),
        text("published", rfc3339(entry.published)),
        text("updated", rfc3339(entry.updated)),
        element("author", text("name", entry.author_name), text("uri", entry.author_url)),
        *(element("category", term=topic.slug, label=topic.name) for topic in entry.topics),
        text("summary", entry.summary),
        text("content", entry.html, type="html"),
    )
