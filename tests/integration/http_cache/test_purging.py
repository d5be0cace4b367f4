"""What commits change reaches a CDN, as requests over a socket; nobody who writes waits for it."""

import asyncio
import time
from contextlib import asynccontextmanager, closing, suppress

import pytest

from graphql_blog import resources as resources_of
from graphql_blog.db.models import Tag
from tests.caching import serving
from tests.factories import make_user

CREATE = """mutation ($title: String!) {
  createPost(input: {title: $title, content: "Content"}) { post { id } errors { message } }
}"""
UPDATE = """mutation ($id: ID!) {
  updatePost(input: {id: $id, title: "New"}) { post { id } errors { message } }
}"""


class Cdn:
    """A server that takes purges; hangs when it is told to."""

    def __init__(self):
        self.port = 0
        self.requests = []
        self.is_stuck = False
        self._more = asyncio.Event()

    async def answered(self, reader, writer):
        # A process that ends leaves a request it was about to make, and makes another.
        with closing(writer), suppress(asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:-2])
            self.requests.append((head[0], headers))
            self._more.set()
            if self.is_stuck:
                await asyncio.sleep(10)
            writer.write(b"HTTP/1.1 200 Purged\r\nContent-Length: 0\r\n\r\n")

    async def hears_of(self, name):
        """Waits until a name is purged."""
        async with asyncio.timeout(10):
            while not any(name in names for names in self.names):
                self._more.clear()
                await self._more.wait()

    @property
    def names(self):
        return [headers["Surrogate-Key"].split() for _, headers in self.requests]


@pytest.fixture
async def cdn():
    made = Cdn()
    server = await asyncio.start_server(made.answered, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made


@pytest.fixture
def public(settings, cdn):
    told = {
        "cache": "memory",
        "purge_url": f"http://127.0.0.1:{cdn.port}/purge",
        "purge_method": "PURGE",
        "purge_header": "X-Purge-Token: secret",
    }
    return settings.load(**{**settings.model_dump(), **told})


@asynccontextmanager
async def writing(public):
    async with serving(public) as api:
        yield api, await make_user(api.resources, username="ana")


async def test_a_commit_is_told_with_all_that_it_changed(public, cdn):
    async with writing(public) as (api, ana):
        data = await api.data(CREATE, by=ana, title="New")
        post_id = data["createPost"]["post"]["id"]
        cdn.requests.clear()
        await api.data(UPDATE, by=ana, id=post_id)
        await cdn.hears_of(f"Post:{post_id}")

    line, headers = cdn.requests[-1]
    assert line == "PURGE /purge HTTP/1.1"
    assert headers["X-Purge-Token"] == "secret"
    changed = {f"Post:{post_id}", "Post:any", "Post.list"}
    assert changed <= {name for names in cdn.names for name in names}


async def test_what_an_answer_said_it_is_made_of_is_what_is_purged(public, cdn):
    async with writing(public) as (api, ana):
        post_id = (await api.data(CREATE, by=ana, title="Old"))["createPost"]["post"]["id"]
        asked = {"query": f'{{ post(id: "{post_id}") {{ title }} }}'}
        of_graphql = await api.client.get("/graphql", params=asked)
        of_rest = await api.client.get("/api/posts")
        assert "s-maxage=58" in of_graphql.headers["cache-control"]
        cdn.requests.clear()
        await api.client.delete(f"/api/posts/{post_id}", headers=api.headers(ana))
        await cdn.hears_of(f"Post:{post_id}")

    purged = {name for names in cdn.names for name in names}
    for answer in (of_graphql, of_rest):
        assert purged & {*answer.headers["surrogate-key"].split()}


async def test_what_is_undone_is_not_told(public, cdn):
    async with writing(public) as (api, ana):
        with suppress(ZeroDivisionError):
            async with api.resources.transaction() as session:
                session.add(Tag(name="Undone", slug="undone"))
                await session.flush()
                raise ZeroDivisionError
        await api.data(CREATE, by=ana, title="Done")
        await cdn.hears_of("Post.list")

    assert "Tag.list" not in {name for names in cdn.names for name in names}


async def test_a_cdn_that_hangs_delays_nobody(public, cdn):
    cdn.is_stuck = True
    async with writing(public) as (api, ana):
        began = time.monotonic()
        for number in range(5):
            data = await api.data(CREATE, by=ana, title=f"Post {number}")
            assert data["createPost"]["errors"] == []

        assert time.monotonic() - began < 10
        cdn.is_stuck = False


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
async def test_a_command_that_writes_tells_before_it_ends(public, cdn):
    async with resources_of.opened(public) as held:
        await make_user(held, username="ben")

    # At least once: who hears nothing for a while says it again.
    assert {("User.list" in names) for names in cdn.names} == {True}
