"""GraphQL by GET: ETag, 304, and who may keep the answer for how long."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from graphql_blog.http_cache import etag
from tests.asking import RESPONSE
from tests.caching import serving
from tests.factories import make_post

# HTTP is the same whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

QUERY = 'query Post($id: ID! = "1") { post(id: $id) { title author { name } } }'
PUBLIC = "public, max-age=10, stale-while-revalidate=10"
PRIVATE = "private, no-cache"


async def get(api, query=QUERY, *, by=None, method="GET", headers=None, **asked):
    sent = {"Accept": RESPONSE, **api.headers(by), **(headers or {})}
    asked = {"query": query, **asked} if query else asked
    return await api.client.request(method, "/graphql", params=asked, headers=sent)


def caching(answer):
    return answer.headers["cache-control"], answer.headers.get("surrogate-key")


async def test_what_strangers_get_is_public_and_says_what_it_is_made_of(api, post):
    for _ in range(2):
        answer = await get(api, variables=json.dumps({"id": str(post.id)}))

        assert answer.json() == {"data": {"post": {"title": "First", "author": {"name": "ana"}}}}
        assert answer.headers["etag"] == etag(answer.content)
        assert answer.headers["vary"] == "Accept, Authorization, Accept-Encoding"
        names = f"Post Post:{post.id} User User:{post.author_id} blog"
        assert caching(answer) == (PUBLIC, names)


async def test_an_answer_that_is_there_already_is_not_sent_again(api, post):
    first = await get(api)
    again = await get(api, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == f"W/{first.headers['etag']}"
    assert caching(again) == caching(first)
    assert again.headers["vary"] == first.headers["vary"]
    assert "content-type" not in again.headers


async def test_an_answer_that_has_changed_is_sent_again(api, post, ana):
    first = await get(api)
    changed = await api.client.patch(
        f"/api/posts/{post.id}", json={"title": "Second"}, headers=api.headers(ana)
    )
    again = await get(api, headers={"If-None-Match": first.headers["etag"]})

    assert changed.status_code == again.status_code == 200
    assert again.json()["data"]["post"]["title"] == "Second"
    assert again.headers["etag"] != first.headers["etag"]


async def test_head_is_get_without_the_body(api, post):
    whole = await get(api)
    head = await get(api, method="HEAD")
    known = await get(api, method="HEAD", headers={"If-None-Match": whole.headers["etag"]})

    assert (head.status_code, head.content) == (200, b"")
    assert (known.status_code, known.content) == (304, b"")
    for name in ("content-type", "content-length", "etag", "cache-control", "surrogate-key"):
        assert head.headers[name] == whole.headers[name]


async def test_a_query_that_is_known_by_its_hash_is_as_good(api, post):
    persisted = {"version": 1, "sha256Hash": sha256(QUERY.encode()).hexdigest()}
    extensions = json.dumps({"persistedQuery": persisted})
    whole = await get(api)

    unknown = await get(api, None, extensions=extensions)
    await get(api, extensions=extensions)
    known = await get(api, None, extensions=extensions)
    by_id = await get(api, None, documentId=persisted["sha256Hash"])

    assert (unknown.status_code, unknown.headers["cache-control"]) == (400, "no-store")
    assert "etag" not in unknown.headers
    for answer in (known, by_id):
        assert answer.headers["etag"] == whole.headers["etag"]
        assert caching(answer) == caching(whole)


@pytest.mark.parametrize("headers", [{"Cookie": "theme=dark"}, {"Cache-Control": "no-cache"}])
async def test_who_may_be_somebody_or_wants_it_fresh_gets_it_alone(api, post, headers):
    answer = await get(api, headers=headers)

    assert caching(answer) == (PRIVATE, None)
    assert answer.headers["etag"] == etag(answer.content)


async def test_an_account_gets_its_own_answer_and_asks_each_time(api, post, ana):
    own = await get(api, "{ viewer { email } }", by=ana)
    known = await get(
        api, "{ viewer { email } }", by=ana, headers={"If-None-Match": own.headers["etag"]}
    )
    of_strangers = await get(api, "{ viewer { email } }")

    assert own.json()["data"]["viewer"] == {"email": "ana@example.com"}
    assert caching(own) == caching(known) == (PRIVATE, None)
    assert known.status_code == 304
    assert of_strangers.json() == {"data": {"viewer": None}}
    assert of_strangers.headers["etag"] != own.headers["etag"]
    assert "Authorization" in of_strangers.headers["vary"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("{", 400), ("{ nothing }", 400), ('mutation { deletePost(id: "1") { deletedId } }', 405)],
)
async def test_what_is_refused_is_kept_by_nobody(api, query, status):
    answer = await get(api, query)

    assert answer.status_code in {status, 400}
    assert caching(answer) == ("no-store", None)
    assert "etag" not in answer.headers


async def test_a_partial_answer_is_kept_by_nobody(api, post):
    answer = await get(
        api, '{ post(id: "1") { title } postsConnection(after: "x") { totalCount } }'
    )

    assert "errors" in answer.json()
    assert caching(answer) == ("no-store", None)


async def test_post_stays_as_it_was(api, post):
    answer = await api.post(QUERY, headers={"If-None-Match": "*"})

    assert answer.status_code == 200
    assert caching(answer) == ("no-store", None)
    assert "etag" not in answer.headers


async def test_a_list_is_public_until_the_next_post_appears_by_itself(api, ana, post):
    in_a_moment = datetime.now(UTC) + timedelta(seconds=7)
    await make_post(api.resources, ana, published_at=in_a_moment)
    answer = await get(api, "{ posts { title } }")

    control, names = caching(answer)
    assert control in {f"public, max-age={seconds}" for seconds in (4, 5, 6)}
    assert names == f"Post Post.list Post:{post.id} blog"


async def test_nobody_uses_anything_unasked_where_that_is_set(public, post):
    asking = public.load(**{**public.model_dump(), "max_age": 0})
    async with serving(asking) as api:
        answer = await get(api)

    assert caching(answer) == ("no-cache", None)


async def test_nothing_is_public_where_nothing_is_kept(public, post):
    off = public.load(**{**public.model_dump(), "cache": "off"})
    async with serving(off) as api:
        answer = await get(api)

    assert caching(answer) == (PRIVATE, None)
    assert answer.headers["etag"] == etag(answer.content)
