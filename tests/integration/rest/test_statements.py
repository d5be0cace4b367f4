"""How many statements each address sends: always as many, whatever the number of rows."""

import pytest


@pytest.fixture
async def many_posts(written):
    for number in range(5):
        await written(f"Post {number}", tags=["One", f"Tag {number}"])


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/api/posts", 2),  # the page, the total
        ("/api/posts?limit=2", 2),
        ("/api/posts/1", 1),
        ("/api/users", 2),
        ("/api/users/1", 1),
        ("/api/users/1/posts", 3),  # the author is there, the page, the total
        ("/api/greeting", 0),
    ],
)
async def test_a_stranger_costs_this_many_statements(
    client, many_posts, statements, address, count
):
    statements.clear()

    answer = await client.get(address)

    assert answer.status_code == 200
    assert len(statements) == count, statements


@pytest.mark.parametrize(
    ("address", "count"), [("/api/posts", 3), ("/api/posts/1", 2), ("/api/protected", 1)]
)
async def test_an_account_costs_one_more(client, many_posts, ana, statements, address, count):
    statements.clear()

    answer = await client.get(address, headers=ana.headers)

    assert answer.status_code == 200
    assert len(statements) == count, statements


async def test_lists_of_users_never_read_what_is_secret(client, ana, statements):
    statements.clear()

    await client.get("/api/users")
    await client.get(f"/api/users/{ana.id}")

    assert not [sql for sql in statements if "email" in sql or "password" in sql]
