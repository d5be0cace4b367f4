"""Atom, RSS and JSON Feed: what is in them, and that no reader stumbles over it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest

from graphql_blog.feeds.entries import ENOUGH, NEWEST, stable_id
from tests.factories import make_post, make_tag, stored
from tests.integration.feeds.conftest import CHANGED, PUBLISHED

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
HTML = "<p>Some <em>words</em> and ]]&gt; &amp; </p>\n<p>More.</p>"
FORMS = {
    "feed.xml": "application/atom+xml",
    "rss.xml": "application/rss+xml",
    "feed.json": "application/feed+json",
}


async def titles(client, address):
    """What a feed has, whatever its form."""
    answer = await client.get(address)
    assert answer.status_code == 200
    if address.endswith("json"):
        return [item["title"] for item in answer.json()["items"]]
    root = ElementTree.fromstring(answer.content)
    names = {"feed": f"{ATOM}entry/{ATOM}title", "rss": "channel/item/title"}
    return [found.text for found in root.findall(names[root.tag.removeprefix(ATOM)])]


@pytest.mark.parametrize("form", FORMS)
async def test_feeds_have_what_strangers_see_the_newest_first(client, blog, form):
    answer = await client.get(f"/{form}")

    assert answer.headers["content-type"] == FORMS[form]
    assert await titles(client, f"/{form}") == [blog[0].title, "Second"]


@pytest.mark.parametrize("form", FORMS)
async def test_a_tag_and_an_author_have_feeds_of_their_own(client, blog, form):
    assert await titles(client, f"/tags/rust%20&%20c/{form}") == [blog[0].title]
    assert await titles(client, f"/tags/python/{form}") == [blog[0].title, "Second"]
    assert await titles(client, f"/users/ben/{form}") == ["Second"]


@pytest.mark.parametrize("address", ["/tags/nothing/feed.xml", "/users/nobody/feed.json"])
async def test_what_is_not_there_has_no_feed(client, blog, address):
    answer = await client.get(address)

    assert answer.status_code == 404
    assert answer.json()["error"] in {"Tag not found", "User not found"}


async def test_atom_has_what_the_standard_requires(client, blog):
    root = ElementTree.fromstring((await client.get("/feed.xml")).content)

    assert root.tag == f"{ATOM}feed"
    assert [child.tag.removeprefix(ATOM) for child in root][:6] == [
        *("id", "title", "updated", "link", "link", "generator")
    ]
    assert root.findtext(f"{ATOM}id") == "http://testserver/feed.xml"
    assert root.findtext(f"{ATOM}title") == "Blog"
    assert root.findtext(f"{ATOM}updated") == "2024-06-01T10:00:00Z"
    assert [link.attrib["rel"] for link in root.findall(f"{ATOM}link")] == ["self", "alternate"]
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}base"] == "http://testserver/"
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    said = {child.tag.removeprefix(ATOM): child for child in entry}
    assert {name: said[name].text for name in ("id", "title", "published", "updated")} == {
        "id": stable_id(blog[0].id, PUBLISHED),
        "title": "Café & <b>Tea</b>",
        "published": "2024-05-06T07:08:09Z",
        "updated": "2024-06-01T10:00:00Z",
    }
    assert said["link"].attrib["href"] == f"http://testserver/api/posts/{blog[0].id}"
    assert [child.text for child in said["author"]] == ["Ana <A&B>", "https://ana.example/"]
    assert [tag.attrib for tag in entry.findall(f"{ATOM}category")] == [
        {"term": "python", "label": "Python"},
        {"term": "rust & c", "label": "Rust & C"},
    ]
    assert said["summary"].text == "A short & sweet one"
    assert said["content"].attrib == {"type": "html"}
    assert said["content"].text.strip() == HTML


async def test_rss_has_what_the_standard_requires(client, blog):
    root = ElementTree.fromstring((await client.get("/rss.xml")).content)

    assert (root.tag, root.attrib) == ("rss", {"version": "2.0"})
    (channel,) = root
    required = {name: channel.findtext(name) for name in ("title", "link", "description")}
    assert required == {"title": "Blog", "link": "http://testserver/", "description": "Blog"}
    built = channel.findtext("lastBuildDate")
    assert built is not None
    assert parsedate_to_datetime(built) == CHANGED
    assert channel.find(f"{ATOM}link").attrib["href"] == "http://testserver/rss.xml"
    item = channel.find("item")
    guid = item.find("guid")
    assert (guid.text, guid.attrib) == (stable_id(blog[0].id, PUBLISHED), {"isPermaLink": "false"})
    assert item.findtext("pubDate") == "Mon, 06 May 2024 07:08:09 GMT"
    assert item.findtext(CREATOR) == "Ana <A&B>"
    assert [found.text for found in item.findall("category")] == ["Python", "Rust & C"]
    # It is HTML for those who read it.
    assert item.findtext("description") == "A short &amp; sweet one"
    assert item.findtext(CONTENT).strip() == HTML


async def test_json_feed_has_what_the_standard_requires(client, blog):
    feed = (await client.get("/feed.json")).json()

    items = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Blog",
        "home_page_url": "http://testserver/",
        "feed_url": "http://testserver/feed.json",
    }
    html = items[0].pop("content_html")
    assert "<script" not in html
    assert html.startswith("<p>Some <em>words</em>")
    assert items[0] == {
        "id": stable_id(blog[0].id, PUBLISHED),
        "url": f"http://testserver/api/posts/{blog[0].id}",
        "title": "Café & <b>Tea</b>",
        "summary": "A short & sweet one",
        "date_published": "2024-05-06T07:08:09Z",
        "date_modified": "2024-06-01T10:00:00Z",
        "authors": [{"name": "Ana <A&B>", "url": "https://ana.example/"}],
        "tags": ["Python", "Rust & C"],
    }
    assert items[1]["authors"] == [{"name": "ben"}]


@pytest.mark.parametrize("form", FORMS)
async def test_a_blog_without_posts_has_a_feed_that_stays_the_same(client, form):
    first, second = await client.get(f"/{form}"), await client.get(f"/{form}")

    assert await titles(client, f"/{form}") == []
    assert first.headers["etag"] == second.headers["etag"]


@pytest.mark.parametrize("form", FORMS)
async def test_a_feed_has_the_newest_twenty(client, resources, ana, form):
    posts = [await make_post(resources, ana) for _ in range(NEWEST + 1)]

    assert await titles(client, f"/{form}") == [post.title for post in reversed(posts[1:])]


async def test_a_feed_is_three_statements_however_long(client, blog, statements):
    await client.get("/feed.xml")
    assert len(statements) == 2
    statements.clear()

    await client.get("/tags/python/feed.xml")
    assert len(statements) == 3


async def test_contents_are_whole_until_it_is_enough(client, resources, ana):
    for _ in range(2):
        await make_post(resources, ana, content="long " * (ENOUGH // 8))

    items = (await client.get("/feed.json")).json()["items"]
    entries = ElementTree.fromstring((await client.get("/feed.xml")).content)

    assert ["content_html" in item for item in items] == [True, False]
    assert items[1]["content_text"] == items[1]["summary"]
    assert len(entries.findall(f"{ATOM}entry/{ATOM}content")) == 1


async def test_the_id_of_a_post_outlives_its_slug_its_title_and_the_host(client, resources, blog):
    async def ids(host):
        feed = await client.get("/feed.json", headers={"Host": host})
        return [item["id"] for item in feed.json()["items"]]

    before = await ids("old.example")
    blog[0].slug, blog[0].title = "new", "New"
    await stored(resources, blog[0])

    assert await ids("new.example") == before
    assert len({*before}) == 2
    # They are written down in readers: the rule must never change.
    assert stable_id(1, datetime(2024, 1, 2, tzinfo=UTC)) == STABLE


STABLE = "urn:uuid:5c8d2549-cbfd-56de-bbfa-d8c7fcd4012f"


async def test_characters_that_xml_forbids_are_marked(client, resources, ana):
    tag = await make_tag(resources, "a\x01b", slug="ab")
    # PostgreSQL takes no NUL; all others there are.
    forbidden = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
    await make_post(resources, ana, tags=(tag,), title=f"A{forbidden}B", content=f"C{forbidden}D")

    for form in ("feed.xml", "rss.xml", "tags/ab/feed.xml"):
        root = ElementTree.fromstring((await client.get(f"/{form}")).content)
        marked = "\ufffd" * len(forbidden)
        assert f"A{marked}B" in {*root.itertext()}
