"""Publishing and unpublishing: a draft and back, now and later, and by whom."""

import pytest


@pytest.fixture
async def draft(written):
    return await written(status="DRAFT")


def address(post, verb):
    return f"{post['links']['self']}/{verb}"


async def test_a_draft_is_published_and_made_a_draft_again(client, draft, ana):
    published = await client.post(address(draft, "publish"), headers=ana.headers)
    seen = await client.get(draft["links"]["self"])
    again = await client.post(address(draft, "publish"), headers=ana.headers)
    back = await client.post(address(draft, "unpublish"), headers=ana.headers)
    once_more = await client.post(address(draft, "unpublish"), headers=ana.headers)

    shown = published.json()
    assert (shown["status"], shown["version"]) == ("PUBLISHED", 2)
    assert shown["publishedAt"] == shown["updatedAt"]
    assert (seen.json(), seen.headers["etag"]) == (shown, published.headers["etag"])
    assert (again.status_code, again.json()["code"]) == (409, "INVALID_STATE")
    assert (back.json()["status"], back.json()["publishedAt"]) == ("DRAFT", None)
    assert (once_more.status_code, once_more.json()["code"]) == (409, "INVALID_STATE")
    assert (await client.get(draft["links"]["self"])).status_code == 404


async def test_an_instant_to_come_schedules_it(client, draft, ana):
    at = {"at": "2999-01-01T00:00:00+02:00"}

    answer = await client.post(address(draft, "publish"), json=at, headers=ana.headers)

    shown = answer.json()
    assert (shown["status"], shown["publishedAt"]) == ("SCHEDULED", "2998-12-31T22:00:00Z")
    assert (await client.get(draft["links"]["self"])).status_code == 404


@pytest.mark.parametrize(
    ("given", "words"), [({"at": "soon"}, "At must be an RFC 3339"), ({"at": 7}, "At must be")]
)
async def test_no_instant_is_refused_in_words(client, draft, ana, given, words):
    answer = await client.post(address(draft, "publish"), json=given, headers=ana.headers)

    assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "at")
    assert answer.json()["error"].startswith(words)


@pytest.mark.parametrize("verb", ["publish", "unpublish"])
async def test_who_may(client, draft, written, ben, editor, verb):
    post = draft if verb == "publish" else await written()
    by_ben = await client.post(address(post, verb), headers=ben.headers)
    by_nobody = await client.post(address(post, verb))
    by_editor = await client.post(address(post, verb), headers=editor.headers)

    # What ben does not see is not there for him.
    assert by_ben.status_code == (404 if verb == "publish" else 403)
    assert (by_nobody.status_code, by_editor.status_code) == (401, 200)


@pytest.mark.parametrize("verb", ["publish", "unpublish"])
async def test_a_version_that_is_not_the_current_one_changes_nothing(
    client, draft, written, ana, verb
):
    post = draft if verb == "publish" else await written()
    old = ana.headers | {"If-Match": '"old"'}
    current = (await client.get(post["links"]["self"], headers=ana.headers)).headers["etag"]

    refused = await client.post(address(post, verb), headers=old)
    unchanged = await client.get(post["links"]["self"], headers=ana.headers)
    done = await client.post(address(post, verb), headers=ana.headers | {"If-Match": current})

    assert (refused.status_code, unchanged.json(), done.status_code) == (412, post, 200)
