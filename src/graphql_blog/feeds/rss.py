"""RSS 2.0, with the namespaces that readers know for what it lacks."""

from html import escape

from graphql_blog.feeds.entries import Entry, Feed
from graphql_blog.feeds.instants import rfc822
from graphql_blog.rest.markup import DECLARATION, element, text

MEDIA_TYPE = "application/rss+xml"
NAMESPACES = {
    "xmlns__atom": "http://www.w3.org/2005/Atom",
    "xmlns__content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns__dc": "http://purl.org/dc/elements/1.1/",
}


def written(feed: Feed) -> bytes:
    channel = element(
        "channel",
        text("title", feed.title),
        text("link", feed.home),
        text("description", feed.title),
        text("lastBuildDate", rfc822(feed.updated)),
        text("generator", "graphql-blog"),
        element("atom:link", rel="self", type=MEDIA_TYPE, href=feed.address),
        *map(_item, feed.entries),
    )
    return f"{DECLARATION}{element('rss', channel, version='2.0', **NAMESPACES)}\n".encode()


def _item(entry: Entry) -> str:
    return element(
        "item",
        text("title", entry.title),
        text("link", entry.address),
        text("guid", entry.id, isPermaLink="false"),
        text("pubDate", rfc822(entry.published)),
        # Its own `author` wants an e-mail address, which is nobody's business.
        text("dc:creator", entry.author_name),
        *(text("category", topic.name) for topic in entry.topics),
        # Readers take it for HTML.
        text("description", escape(entry.summary, quote=False)),
        text("content:encoded", entry.html),
    )
