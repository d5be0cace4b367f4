"""Feeds: who may keep them, for how long, and by which names they are purged."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_post, make_tag

# HTTP is the same whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

PUBLIC = "public, max-age=10, stale-while-revalidate=10"
NAMES = {
    "/feed.xml": "Post.list User User:{ana} blog",
    "/rss.xml": "Post.list User User:{ana} blog",
    "/feed.json": "Post.list User User:{ana} blog",
    "/tags/x/feed.xml": "Post.list Tag Tag:{tag} User User:{ana} blog",
    "/users/ana/feed.json": "Post.author_id Post.author_id:{ana} User User:{ana} blog",
    "/sitemap.xml": "Post.list blog",
    "/sitemap-1.xml": "Post.list blog",
}


@pytest.mark.parametrize("address", NAMES)
async def test_feeds_are_public_whoever_asks_and_have_names(api, ana, address):
    tag = await make_tag(api.resources, "X")
    await make_post(api.resources, ana, tags=(tag,))
    names = NAMES[address].format(ana=ana.id, tag=tag.id)

    for headers in ({}, api.headers(ana), {"Cookie": "theme=dark"}):
        answer = await api.client.get(address, headers=headers)
        said = {**headers, "If-None-Match": answer.headers["etag"]}
        known = await api.client.get(address, headers=said)

        assert (answer.status_code, known.status_code) == (200, 304)
        for each in (answer, known):
            assert each.headers["cache-control"] == PUBLIC
            assert {*each.headers["surrogate-key"].split()} == {*names.split()}
            assert each.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("address", ["/feed.xml", "/users/ana/rss.xml", "/sitemap.xml"])
async def test_a_feed_is_public_until_the_next_post_appears_by_itself(api, ana, address):
    await make_post(api.resources, ana, published_at=datetime.now(UTC) + timedelta(seconds=7))

    answer = await api.client.get(address)

    possible = {f"public, max-age={seconds}" for seconds in (3, 4, 5, 6)}
    assert answer.headers["cache-control"] in possible
