"""Paging: bounds, totals, and the way from page to page."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import insert

from graphql_blog.auth import Role
from graphql_blog.db.models import User


@pytest.fixture
async def ten_users(resources):
    """Registered one a second apart would be a rare case: these came all at once."""
    rows = [
        {"username": f"user{number}", "email": f"user{number}@example.com", "role": Role.READER}
        for number in range(10)
    ]
    async with resources.transaction() as session:
        await session.execute(insert(User), rows)


def next_of(answer):
    found = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
    return found and found[1]


async def test_twenty_rows_are_a_page_and_a_hundred_the_most(client, resources):
    rows = [{"username": f"u{n}", "email": f"u{n}@example.com"} for n in range(120)]
    async with resources.transaction() as session:
        await session.execute(insert(User), rows)

    by_default = await client.get("/api/users")
    at_most = await client.get("/api/users?limit=100")

    assert (len(by_default.json()), len(at_most.json())) == (20, 100)
    assert by_default.headers["x-total-count"] == at_most.headers["x-total-count"] == "120"


@pytest.mark.parametrize("address", ["/api/posts", "/api/users"])
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=101", "limit must be a whole number from 1 to 100."),
        ("limit=0", "limit must be a whole number from 1 to 100."),
        ("limit=-1", "limit must be a whole number from 1 to 100."),
        ("limit=ten", "limit must be a whole number from 1 to 100."),
        ("limit=", "limit must be a whole number from 1 to 100."),
        ("limit=1.5", "limit must be a whole number from 1 to 100."),
        ("limit=" + "9" * 5000, "limit must be a whole number from 1 to 100."),
        ("offset=-1", "offset must be a whole number from 0 to 2147483647."),
        ("offset=2147483648", "offset must be a whole number from 0 to 2147483647."),
        ("offset=x", "offset must be a whole number from 0 to 2147483647."),
        (
            "cursor=x",
            "This is no cursor, or a damaged one: pass one on exactly as a page gave it.",
        ),
        ("cursor=x&offset=0", "Give cursor or offset, not both."),
    ],
)
async def test_a_page_that_makes_no_sense_is_refused_in_words(client, address, query, message):
    answer = await client.get(f"{address}?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"] == message
    assert answer.json()["code"] == "BAD_USER_INPUT"


async def test_unknown_parameters_are_left_alone(client, ten_users):
    answer = await client.get("/api/users?utm_source=mail&limit=1")

    assert (answer.status_code, len(answer.json())) == (200, 1)


@pytest.mark.parametrize("limit", [1, 3, 5, 10])
async def test_the_pages_together_are_the_list(client, ten_users, limit):
    whole = (await client.get("/api/users?limit=100")).json()
    address, found, pages = f"/api/users?limit={limit}", [], 0

    while address:
        answer = await client.get(address)
        found, pages, address = found + answer.json(), pages + 1, next_of(answer)

    assert found == whole
    assert pages == -(-10 // limit)


async def test_what_is_written_meanwhile_moves_no_row_to_another_page(client, written):
    posts = [await written(f"Post {number}") for number in range(4)]
    first = await client.get("/api/posts?limit=2")
    await written("Meanwhile")

    second = await client.get(next_of(first))

    assert first.json() + second.json() == posts[::-1]
    assert next_of(second) is None


async def test_a_page_by_offset_starts_there_and_goes_on_by_cursor(client, ten_users):
    whole = (await client.get("/api/users")).json()

    answer = await client.get("/api/users?offset=3&limit=2")

    assert answer.json() == whole[3:5]
    assert "offset" not in next_of(answer)
    assert (await client.get(next_of(answer))).json() == whole[5:7]


async def test_beyond_the_end_there_is_nothing(client, ten_users):
    answer = await client.get("/api/users?offset=10")

    assert (answer.json(), answer.headers["x-total-count"]) == ([], "10")
    assert next_of(answer) is None


async def test_the_cursor_of_another_list_is_refused(client, ten_users):
    following = next_of(await client.get("/api/users?limit=1"))

    answer = await client.get(following.replace("users", "posts"))

    assert answer.status_code == 400
    assert "belongs to the list users by CREATED_AT DESC" in answer.json()["error"]


async def test_the_rest_of_the_query_goes_along_to_the_next_page(client, ten_users):
    answer = await client.get("/api/users?limit=4&campaign=a%26b")

    query = dict(parse_qsl(urlsplit(next_of(answer)).query))
    assert query == {"limit": "4", "campaign": "a&b", "cursor": query["cursor"]}
