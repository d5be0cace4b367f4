"""The site map, its index where there are very many posts, and where search engines find it."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from sqlalchemy import insert

from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post
from graphql_blog.feeds.sitemaps import MOST
from tests.factories import LONG_AGO, make_post, stored

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


async def read(client, address="/sitemap.xml"):
    answer = await client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    root = ElementTree.fromstring(answer.content)
    said = [tuple(child.text for child in item) for item in root]
    return root.tag.removeprefix(NAMESPACE), said


async def test_the_site_map_has_the_posts_that_strangers_see(client, blog):
    first, second = blog
    assert await read(client) == (
        "urlset",
        [
            (f"http://testserver/api/posts/{first.id}", "2024-06-01T10:00:00Z"),
            (
                f"http://testserver/api/posts/{second.id}",
                second.updated_at.isoformat().replace("+00:00", "Z"),
            ),
        ],
    )


async def test_what_search_engines_are_not_to_find_here_is_not_in_it(client, resources, ana):
    await make_post(resources, ana, no_index=True)
    await make_post(resources, ana, canonical_url="https://elsewhere.example/post")
    own = await make_post(resources, ana)
    own.canonical_url = f"http://testserver/api/posts/{own.id}"
    await stored(resources, own)
    await make_post(resources, ana)

    _, said = await read(client)

    assert [address for address, _ in said] == [
        f"http://testserver/api/posts/{id_}" for id_ in (own.id, own.id + 1)
    ]


async def test_a_post_that_was_scheduled_was_changed_when_it_appeared(client, resources, ana):
    appeared = datetime(2025, 1, 1, tzinfo=UTC)
    await make_post(resources, ana, published_at=appeared, updated_at=LONG_AGO)

    assert (await read(client))[1][0][1] == "2025-01-01T00:00:00Z"


async def test_an_empty_blog_has_an_empty_site_map(client):
    assert await read(client) == ("urlset", [])


async def fill(resources, ana, count):
    """Posts by the thousand, the last of which was changed last."""
    async with resources.transaction() as session:
        await session.execute(
            insert(Post),
            [
                {
                    "id": id_,
                    "author_id": ana.id,
                    "status": PostStatus.PUBLISHED,
                    "title": "T",
                    "slug": f"s{id_}",
                    "content": "C",
                    "published_at": LONG_AGO,
                    "created_at": LONG_AGO,
                    "updated_at": LONG_AGO if id_ < count else datetime(2021, 1, 1, tzinfo=UTC),
                }
                for id_ in range(1, count + 1)
            ],
        )


async def test_more_than_one_file_may_have_are_in_several(client, resources, ana, monkeypatch):
    monkeypatch.setattr("graphql_blog.feeds.sitemaps.MOST", 3)
    await fill(resources, ana, 7)
    long_ago = "2020-01-01T12:00:00Z"

    kind, files = await read(client)

    assert (kind, files) == (
        "sitemapindex",
        [
            ("http://testserver/sitemap-1.xml", long_ago),
            ("http://testserver/sitemap-2.xml", long_ago),
            ("http://testserver/sitemap-3.xml", "2021-01-01T00:00:00Z"),
        ],
    )
    found = [await read(client, address.removeprefix("http://testserver")) for address, _ in files]
    assert {kind for kind, _ in found} == {"urlset"}
    assert [len(said) for _, said in found] == [3, 3, 1]
    assert len({address for _, said in found for address, _ in said}) == 7


async def test_as_many_as_one_file_may_have_are_in_one(client, resources, ana, monkeypatch):
    assert MOST == 50_000
    monkeypatch.setattr("graphql_blog.feeds.sitemaps.MOST", 3)
    await fill(resources, ana, 2)
    # Ids need not be without gaps: it is addresses that are counted.
    await make_post(resources, ana, id=9)

    kind, said = await read(client)

    assert (kind, len(said)) == ("urlset", 3)


@pytest.mark.parametrize("number", ["0", "99999999999", "9" * 30, "x"])
async def test_there_is_no_such_file(client, number):
    answer = await client.get(f"/sitemap-{number}.xml")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_search_engines_find_the_site_map(client):
    answer = await client.get("/robots.txt", headers={"Host": "blog.example:8443"})

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "User-agent: *\nDisallow: /graphql\n\nSitemap: http://blog.example:8443/sitemap.xml\n"
    )
