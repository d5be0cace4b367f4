"""The addresses of all posts, for search engines: one file, or an index of several.

A file stands for a range of ids, so that a new post changes the last one alone.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.auth import LARGEST_ID, STRANGER
from graphql_blog.db import tags as names
from graphql_blog.db.models import Post
from graphql_blog.engine.rows import fetch_tuples
from graphql_blog.engine.statements import constant
from graphql_blog.errors import NotFound
from graphql_blog.feeds.address import charge
from graphql_blog.feeds.instants import rfc3339
from graphql_blog.rest import answers, links, public
from graphql_blog.rest.markup import DECLARATION, element, text
from graphql_blog.rest.requests import resources_of
from graphql_blog.services import posts

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000
"""Addresses in one file: the protocol allows no more."""
FOR_A_POINT = 1_000


async def whole(request: Request) -> Response:
    """All posts, or the files that they are in."""
    now, reader = datetime.now(UTC), resources_of(request).reader
    file = (Post.id - constant(1)) // constant(MOST) + constant(1)
    counted = _shown(now).with_only_columns(
        file, func.count(), func.max(Post.updated_at), func.max(Post.published_at)
    )
    files = await fetch_tuples(reader, counted.group_by(file).order_by(file))
    if sum(count for _, count, *_ in files) <= MOST:
        return await _addresses(request, _shown(now), now)
    origin = links.origin_of(request)
    listed = [
        element(
            "sitemap",
            text("loc", f"{origin}/sitemap-{number}.xml"),
            text("lastmod", rfc3339(max(changed))),
        )
        for number, _, *changed in files
    ]
    body = f"{DECLARATION}{element('sitemapindex', *listed, xmlns=NAMESPACE)}\n"
    return await _answer(request, body.encode(), now)


async def part(request: Request) -> Response:
    """The posts of one file of the index."""
    now, number = datetime.now(UTC), request.path_params["number"]
    first, last = (number - 1) * MOST + 1, number * MOST
    if not 1 <= first <= LARGEST_ID:
        raise NotFound("There is no such site map")
    rows = _shown(now).where(Post.id >= first, Post.id <= min(last, LARGEST_ID))
    return await _addresses(request, rows, now)


def _shown(now: datetime) -> Select[Any]:
    """What search engines are to find, and here."""
    return posts.visible_to(STRANGER, now).where(Post.no_index.is_(False))


async def _addresses(request: Request, rows: Select[Any], now: datetime) -> Response:
    wanted = rows.with_only_columns(
        Post.id, Post.slug, Post.updated_at, Post.published_at, Post.canonical_url
    )
    found = await fetch_tuples(resources_of(request).reader, wanted.order_by(Post.id))
    if points := len(found) // FOR_A_POINT:
        await charge(request, points)
    # Tens of thousands are written beside the event loop.
    body = await asyncio.to_thread(_written, request, found)
    return await _answer(request, body, now)


def _written(request: Request, rows: Sequence[Any]) -> bytes:
    listed = []
    for id_, slug, updated_at, published_at, canonical in rows:
        address = links.post(request, id_, slug)
        # What counts elsewhere is for that site to list.
        if canonical in {None, "", address}:
            changed = rfc3339(max(updated_at, published_at))
            listed.append(element("url", text("loc", address), text("lastmod", changed)))
    return f"{DECLARATION}{element('urlset', *listed, xmlns=NAMESPACE)}\n".encode()


async def _answer(request: Request, body: bytes, now: datetime) -> Response:
    made_of = {names.listed(Post.__tablename__)}
    sharing = await public.of_strangers(request, made_of, listed_at=now)
    return answers.fresh_bytes(request, body, "application/xml", sharing)
