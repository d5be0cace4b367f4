"""ETags: nothing is sent twice, and nobody's work is overwritten."""

import pytest


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
@pytest.mark.parametrize("address", ["/api/posts", "/api/posts/{id}", "/api/users"])
async def test_what_the_reader_has_already_is_not_sent_again(client, written, address, form):
    address = address.format(id=(await written())["id"])
    first = await client.get(address)

    named = form.format(first.headers["etag"])
    answer = await client.get(address, headers={"If-None-Match": named})

    assert (answer.status_code, answer.content) == (304, b"")
    # Who kept it compressed has it under a weak name.
    weak = "W/" if form.startswith("W/") else ""
    assert answer.headers["etag"] == weak + first.headers["etag"]
    assert answer.headers["vary"] == first.headers["vary"]
    assert first.headers["vary"] == "Accept, Authorization, Accept-Encoding"


async def test_what_has_changed_is_sent_again(client, written, ana):
    address = (await written())["links"]["self"]
    old = (await client.get(address)).headers["etag"]
    await client.patch(address, json={"title": "New"}, headers=ana.headers)

    answer = await client.get(address, headers={"If-None-Match": old})

    assert answer.status_code == 200
    assert answer.headers["etag"] != old


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
async def test_a_change_that_names_the_current_version_is_made(client, written, ana, method, form):
    address = (await written())["links"]["self"]
    named = form.format((await client.get(address)).headers["etag"])
    given = {"title": "New", "content": "New"} if method != "DELETE" else None

    answer = await client.request(
        method, address, json=given, headers={**ana.headers, "If-Match": named}
    )

    assert answer.status_code == (204 if method == "DELETE" else 200)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_a_change_that_names_an_old_version_is_refused(client, written, ana, method):
    address = (await written())["links"]["self"]
    old = (await client.get(address)).headers["etag"]
    current = await client.patch(address, json={"title": "Theirs"}, headers=ana.headers)
    given = {"title": "Mine", "content": "Mine"} if method != "DELETE" else None

    answer = await client.request(
        method, address, json=given, headers={**ana.headers, "If-Match": old}
    )

    assert answer.status_code == 412
    assert answer.json()["code"] == "PRECONDITION_FAILED"
    assert (await client.get(address)).json() == current.json()


async def test_other_refusals_come_before_the_condition(client, written, ana, ben):
    address = (await written())["links"]["self"]
    given, old = {"title": "New", "content": "New"}, {"If-Match": '"old"'}

    foreign = await client.put(address, json=given, headers={**ben.headers, **old})
    broken = await client.put(address, json={}, headers={**ana.headers, **old})
    unknown = await client.put("/api/posts/999", json=given, headers={**ana.headers, **old})

    assert (foreign.status_code, broken.status_code, unknown.status_code) == (403, 400, 404)


async def test_the_answer_to_a_change_names_the_version_it_made(client, written, ana):
    address = (await written())["links"]["self"]

    changed = await client.patch(address, json={"title": "New"}, headers=ana.headers)

    assert changed.headers["etag"] == (await client.get(address)).headers["etag"]
