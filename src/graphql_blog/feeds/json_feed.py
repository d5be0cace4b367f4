"""JSON Feed 1.1."""

from typing import Any

import orjson

from graphql_blog.feeds.entries import Entry, Feed
from graphql_blog.feeds.instants import rfc3339

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def written(feed: Feed) -> bytes:
    return orjson.dumps(
        {
            "version": VERSION,
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.address,
            "items": [*map(_item, feed.entries)],
        }
    )


def _item(entry: Entry) -> dict[str, Any]:
    author = {"name": entry.author_name, "url": entry.author_url}
    body = "content_text" if entry.html is None else "content_html"
    return {
        "id": entry.id,
        "url": entry.address,
        "title": entry.title,
        # One of both has to be there.
        body: entry.summary if entry.html is None else entry.html,
        "summary": entry.summary,
        "date_published": rfc3339(entry.published),
        "date_modified": rfc3339(entry.updated),
        "authors": [{key: value for key, value in author.items() if value}],
        "tags": [topic.name for topic in entry.topics],
    }
