"""Every address of a feed or a site map, one table."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graphql_blog.feeds import atom, json_feed, rss, sitemaps, sources
from graphql_blog.feeds.address import Address
from graphql_blog.feeds.entries import Feed, feed_of
from graphql_blog.feeds.sources import Source
from graphql_blog.rest import answers, links, public
from graphql_blog.site import FEEDS

Find: TypeAlias = Callable[[Request, datetime], Awaitable[Source]]
Write: TypeAlias = Callable[[Feed], bytes]

WRITERS: dict[str, Write] = {
    "feed.xml": atom.written,
    "rss.xml": rss.written,
    "feed.json": json_feed.written,
}
SOURCES: dict[str, Find] = {
    "": sources.everything,
    "/tags/{slug}": sources.with_tag,
    "/users/{username}": sources.of_author,
}


def _feed(find: Find, name: str) -> Address:
    write, media_type = WRITERS[name], FEEDS[name]

    async def answer(request: Request) -> Response:
        now = datetime.now(UTC)
        feed = await feed_of(request, await find(request, now))
        sharing = await public.of_strangers(request, feed.made_of, listed_at=now)
        return answers.fresh_bytes(request, write(feed), media_type, sharing)

    return Address(answer)


async def robots(request: Request) -> Response:
    """Where search engines find the site map."""
    place = f"{links.origin_of(request)}/sitemap.xml"
    words = f"User-agent: *\nDisallow: /graphql\n\nSitemap: {place}\n"
    media_type = "text/plain; charset=utf-8"
    return answers.fresh_bytes(request, words.encode(), media_type, answers.FOR_EVERYBODY)


ROUTES: list[BaseRoute] = [
    *(
        Route(f"{prefix}/{name}", _feed(find, name))
        for prefix, find in SOURCES.items()
        for name in FEEDS
    ),
    Route("/sitemap.xml", Address(sitemaps.whole)),
    Route("/sitemap-{number:int}.xml", Address(sitemaps.part)),
    Route("/robots.txt", Address(robots)),
]
