"""Roles, tokens and password hashes."""

import secrets
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from graphql_blog.auth import MAX_PASSWORD_BYTES, STRANGER, Passwords, Role, Tokens, Viewer
from graphql_blog.errors import Unauthenticated

SECRET = "a-secret-key-for-tests-alone-0123456789-abcdefghij"
OTHER_SECRET = "another-secret-key-for-tests-9876543210-abcdefghij"
TOKENS = Tokens(SECRET)


def now():
    return datetime.now(UTC).replace(microsecond=0)


def claims_of(token):
    return jwt.decode(token, SECRET, algorithms=["HS256"], issuer="graphql-blog")


def made(secret=SECRET, algorithm="HS256", **changes):
    """A token like ours, with some claims changed; None leaves one out."""
    at = int(now().timestamp())
    claims = {"id": 7, "username": "ana", "sub": "7", "iat": at, "exp": at + 3600, "jti": "x"}
    claims = {**claims, "iss": "graphql-blog", **changes}
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, secret, algorithm=algorithm)


def test_roles_are_a_ladder():
    assert [role.value for role in Role] == ["ANONYMOUS", "READER", "AUTHOR", "EDITOR", "ADMIN"]
    for rank, role in enumerate(Role):
        assert [role.includes(other) for other in Role] == [n <= rank for n in range(len(Role))]


def test_a_viewer_is_a_stranger_until_told_otherwise():
    assert (STRANGER.id, STRANGER.username, STRANGER.role) == (None, None, Role.ANONYMOUS)
    assert [Viewer(1, "ana", role).is_editor for role in Role] == [False, False, False, True, True]


def test_a_token_says_who_it_is_for_for_one_hour_and_nothing_else():
    at = now()
    token = TOKENS.issue(7, "ana", at)
    claims = claims_of(token.text)

    assert claims.keys() == {"id", "username", "sub", "iat", "exp", "jti", "iss"}
    assert (claims["id"], claims["username"], claims["sub"]) == (7, "ana", "7")
    assert claims["iss"] == "graphql-blog"
    assert claims["iat"] == int(at.timestamp())
    assert claims["exp"] - claims["iat"] == 3600
    assert token.expires_at == at + timedelta(hours=1)
    assert jwt.get_unverified_header(token.text) == {"alg": "HS256", "typ": "JWT"}


def test_no_two_tokens_are_the_same():
    tokens = [TOKENS.issue(7, "ana", now()).text for _ in range(100)]

    assert len({claims_of(token)["jti"] for token in tokens}) == 100


def test_a_token_leads_back_to_its_account():
    assert TOKENS.user_id(TOKENS.issue(7, "ana", now()).text) == 7
    assert TOKENS.user_id(made()) == 7


def test_a_token_works_until_its_hour_is_over_and_then_says_so():
    almost = TOKENS.issue(7, "ana", now() - timedelta(minutes=59))
    over = TOKENS.issue(7, "ana", now() - timedelta(hours=1, seconds=1))

    assert TOKENS.user_id(almost.text) == 7
    with pytest.raises(Unauthenticated, match=r"^Invalid token$") as refused:
        TOKENS.user_id(over.text)
    assert refused.value.reason == "TOKEN_EXPIRED"


BAD_TOKENS = {
    "unsigned": made(None, "none"),
    "signed elsewhere": made(OTHER_SECRET),
    "signed otherwise": made(algorithm="HS384"),
    "of another issuer": made(iss="another-blog"),
    "of no issuer": made(iss=None),
    "without an end": made(exp=None),
    "without a beginning": made(iat=None),
    "without a subject": made(sub=None),
    "without an id of its own": made(jti=None),
    "of the future": made(iat=int(now().timestamp()) + 86_400),
    "for a name": made(sub="ana"),
    "for nobody": made(sub=""),
    "for a number below one": made(sub="-1"),
    "for a number no database has": made(sub="9" * 40),
    "for a number of many digits": made(sub="9" * 5000),
    "empty": "",
    "dots": "..",
    "words": "not a token",
    "not ASCII": "ä.ö.ü",
    "NUL": "\x00",
    "cut short": made()[:-1],
    "without signature": made().rpartition(".")[0] + ".",
}


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_token_that_is_not_ours_is_refused(kind):
    with pytest.raises(Unauthenticated, match=r"^Invalid token$") as refused:
        TOKENS.user_id(BAD_TOKENS[kind])

    assert refused.value.reason == "TOKEN_INVALID"


def test_a_token_with_other_contents_under_its_signature_is_refused():
    header, _, signature = made().split(".")
    contents = made(sub="1").split(".")[1]

    with pytest.raises(Unauthenticated) as refused:
        TOKENS.user_id(f"{header}.{contents}.{signature}")
    assert refused.value.reason == "TOKEN_INVALID"


@pytest.fixture
def passwords():
    return Passwords()


async def test_a_new_hash_is_argon2id_and_never_the_same_twice(passwords):
    one, two = await passwords.hash("password"), await passwords.hash("password")

    assert one.startswith("$argon2id$v=19$")
    assert two.startswith("$argon2id$v=19$")
    assert one != two
    assert "password" not in one


async def test_the_password_fits_its_hash_and_no_other_does(passwords):
    stored = await passwords.hash("pässword")

    assert await passwords.check("pässword", stored) == (True, None)
    for wrong in ("passwörd", "pässword ", "Pässword", "", "\x00", "\ud800"):
        assert await passwords.check(wrong, stored) == (False, None)


async def test_a_bcrypt_hash_fits_and_is_replaced_by_a_better_one(passwords):
    stored = BcryptHasher(rounds=4).hash("password")
    fits, better = await passwords.check("password", stored)

    assert stored.startswith("$2b$04$")
    assert fits
    assert better is not None
    assert better.startswith("$argon2id$")
    assert await passwords.check("password", better) == (True, None)
    assert await passwords.check("wrong", stored) == (False, None)


async def test_a_password_longer_than_bcrypt_reads_does_not_fit_what_it_begins_with(passwords):
    stored = BcryptHasher(rounds=4).hash("x" * 72)

    assert (await passwords.check("x" * 72, stored))[0]
    assert await passwords.check("x" * 73, stored) == (False, None)


async def test_an_overlong_password_fits_nothing(passwords):
    longest, too_long = "é" * (MAX_PASSWORD_BYTES // 2), "é" * (MAX_PASSWORD_BYTES // 2) + "x"

    assert await passwords.check(longest, await passwords.hash(longest)) == (True, None)
    assert await passwords.check(too_long, await passwords.hash(too_long)) == (False, None)


@pytest.mark.parametrize("stored", ["password", "$argon2id$", "$2b$12$short", "$1$old$x"])
async def test_a_hash_of_an_unknown_kind_fits_nothing(passwords, stored):
    assert await passwords.check("password", stored) == (False, None)


async def test_without_an_account_the_same_work_is_done_for_nothing(passwords, monkeypatch):
    verified = []
    verify = Argon2Hasher.verify

    def noting(self, password, stored):
        verified.append(stored)
        return verify(self, password, stored)

    monkeypatch.setattr(Argon2Hasher, "verify", noting)
    stored = await passwords.hash("password")

    for given in (None, "", stored):
        verified.clear()
        assert await passwords.check("wrong", given) == (False, None)
        assert len(verified) == 1
        assert verified[0].startswith("$argon2id$")
    assert verified == [stored]
    # Nor is there a password that would fit where there is no account.
    assert await passwords.check(secrets.token_urlsafe(), None) == (False, None)
