"""Feeds as resources: verbs, caches, and the address of whoever asks."""

from contextlib import asynccontextmanager

import pytest

from graphql_blog.app import create_app
from graphql_blog.settings import Settings
from tests.conftest import SECRET, connected

# HTTP is the same whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

LISTS = ["/feed.xml", "/rss.xml", "/feed.json", "/tags/python/feed.xml", "/users/ana/rss.xml"]
ADDRESSES = [*LISTS, "/sitemap.xml", "/sitemap-1.xml", "/robots.txt"]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_what_the_reader_has_already_is_not_sent_again(client, blog, address):
    first = await client.get(address)
    known = {"If-None-Match": first.headers["etag"]}
    second = await client.get(address, headers=known)
    other = await client.get(address, headers={**known, "Host": "other.example"})

    assert (first.status_code, second.status_code, second.content) == (200, 304, b"")
    assert second.headers["etag"] == first.headers["etag"]
    # Its addresses are others, and so is its ETag; unless nothing is in it that has one.
    assert other.status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
async def test_verbs(client, blog, address):
    plain = {"Accept-Encoding": "identity"}
    whole, head = [await client.request(verb, address, headers=plain) for verb in ("GET", "HEAD")]
    asked, refused = await client.options(address), await client.post(address)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == whole.headers[name]
    assert (asked.status_code, refused.status_code) == (204, 405)
    assert asked.headers["allow"] == refused.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/json"])
async def test_readers_may_accept_whatever_they_say(client, blog, address, accept):
    answer = await client.get(address, headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("address", LISTS)
async def test_who_asks_sees_what_strangers_see(client, blog, resources, ana, address):
    token = resources.tokens.issue(ana.id, "ana", blog[0].created_at).text
    strangers = await client.get(address)

    for said in (f"Bearer {token}", "Bearer nonsense"):
        answer = await client.get(address, headers={"Authorization": said})

        assert (answer.status_code, answer.content) == (200, strangers.content)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("Blog.Example", "http://blog.example"),
        ("[::1]:8000", "http://[::1]:8000"),
        ('"><b>', "http://testserver"),
        ("a/b", "http://testserver"),
    ],
)
async def test_addresses_are_those_of_the_host_that_was_asked(client, blog, host, origin):
    feed = (await client.get("/feed.json", headers={"Host": host})).json()

    assert feed["feed_url"] == f"{origin}/feed.json"
    assert feed["items"][0]["url"] == f"{origin}/api/posts/{blog[0].id}"


def app_with(settings, **given):
    """The same blog with other settings."""
    kept = {"database_url": settings.database_url.get_secret_value(), "data_dir": settings.data_dir}
    return create_app(Settings.load(env="test", secret_key=SECRET, **kept, **given))


@asynccontextmanager
async def serving(app):
    async with (
        app.router.lifespan_context(app) as state,
        connected(app, state["resources"]) as client,
    ):
        yield client


async def test_posts_are_where_the_front_end_shows_them(settings, blog):
    app = app_with(
        settings, site_title="Ana & Ben", site_url="https://blog.example/posts/{slug}?id={id}"
    )
    async with serving(app) as client:
        feed = (await client.get("/feed.json")).json()
        site_map = (await client.get("/sitemap.xml")).text

    address = f"https://blog.example/posts/caf%C3%A9?id={blog[0].id}"
    assert (feed["title"], feed["home_page_url"]) == ("Ana & Ben", "https://blog.example/posts/")
    assert feed["feed_url"] == "http://testserver/feed.json"
    assert feed["items"][0]["url"] == address
    assert f"<loc>{address}</loc>" in site_map


async def test_https_is_what_a_trusted_proxy_says_it_is(settings, blog):
    app = app_with(settings, trusted_proxies="127.0.0.1")
    async with serving(app) as client:
        sent = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
        answer = await client.get("/robots.txt", headers=sent)

    assert answer.text.endswith("Sitemap: https://testserver/sitemap.xml\n")
