"""The rules for accounts by themselves: what a failed log-in costs, and whom a token stands for."""

import pytest
from pwdlib import PasswordHash

from graphql_blog.auth import STRANGER, Role, Viewer
from graphql_blog.errors import BadCredentials, Taken, Unauthenticated
from graphql_blog.services import users
from tests.factories import LONG_AGO, make_user


@pytest.fixture
def verified(monkeypatch):
    """The hashes that were compared with a password: each takes the same long time."""
    found = []
    verify = PasswordHash.verify_and_update

    def note(self, password, hash_):
        found.append(hash_)
        return verify(self, password, hash_)

    monkeypatch.setattr(PasswordHash, "verify_and_update", note)
    return found


async def test_a_log_in_that_fails_compares_one_hash_whoever_it_is_for(resources, verified):
    await make_user(resources, username="known", password_hash=await hash_of(resources, "right"))
    await make_user(resources, username="passwordless")

    for username in ("known", "passwordless", "nobody", "", "\x00"):
        verified.clear()
        given = {"username": username, "password": "wrong"}
        with pytest.raises(BadCredentials, match="Invalid credentials"):
            await users.log_in(resources, given, "10.0.0.1", LONG_AGO)
        assert len(verified) == 1, username
        assert verified[0].startswith("$argon2id$"), username


async def hash_of(resources, password):
    return await resources.passwords.hash(password)


async def test_without_a_header_somebody_is_a_stranger(resources, statements):
    assert await users.viewer_from(resources, None) is STRANGER
    assert statements == []


async def test_a_token_stands_for_the_account_as_it_is_today(resources):
    ana = await make_user(resources, username="ana", role=Role.EDITOR)
    now = ana.created_at
    token = resources.tokens.issue(ana.id, "her former name", now).text

    viewer = await users.viewer_from(resources, f"Bearer {token}")

    assert viewer == Viewer(ana.id, "ana", Role.EDITOR)


async def test_an_empty_header_is_not_no_header(resources):
    with pytest.raises(Unauthenticated, match="Invalid token"):
        await users.viewer_from(resources, "")


async def test_a_name_that_is_taken_in_other_letters_is_not_suggested(resources):
    await make_user(resources, username="Ana")
    given = {"username": "ANA", "email": "other@example.com"}

    with pytest.raises(Taken) as refused:
        await users.register(resources, given, LONG_AGO)

    assert refused.value.clashes[0].suggestion == "ANA2"
