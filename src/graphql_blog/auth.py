"""Who is asking: the viewer and the roles, password hashes, and the tokens that carry a viewer."""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from graphql_blog.errors import Unauthenticated

TOKEN_LIFETIME = timedelta(hours=1)
# What both databases keep as an id.
LARGEST_ID = 2**31 - 1
MAX_PASSWORD_BYTES = 1024
ISSUER = "graphql-blog"


class Role(StrEnum):
    """What an account may do; each role may do all that the roles before it may."""

    ANONYMOUS = "ANONYMOUS"
    READER = "READER"
    AUTHOR = "AUTHOR"
    EDITOR = "EDITOR"
    ADMIN = "ADMIN"

    def includes(self, other: "Role") -> bool:
        return RANKS[self] >= RANKS[other]


RANKS = {role: rank for rank, role in enumerate(Role)}
EDITORS = tuple(role for role in Role if role.includes(Role.EDITOR))


@dataclass(frozen=True, slots=True)
class Viewer:
    """The one a request is answered for; without an id it is a stranger."""

    id: int | None = None
    username: str | None = None
    role: Role = Role.ANONYMOUS

    @property
    def is_editor(self) -> bool:
        return self.role in EDITORS


STRANGER = Viewer()


@dataclass(frozen=True, slots=True)
class Token:
    """A signed token and the instant it stops working."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues and reads JSON Web Tokens (RFC 7519), signed with HS256."""

    secret_key: str

    def issue(self, user_id: int, username: str, now: datetime) -> Token:
        expires_at = now + TOKEN_LIFETIME
        claims = {
            "id": user_id,
            "username": username,
            "sub": str(user_id),
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + int(TOKEN_LIFETIME.total_seconds()),
            "jti": secrets.token_urlsafe(12),
            "iss": ISSUER,
        }
        return Token(jwt.encode(claims, self.secret_key, algorithm="HS256"), expires_at)

    def user_id(self, token: str) -> int:
        """The account a token was issued to.

        Raises `Unauthenticated` for one that is expired, damaged, unsigned or signed elsewhere.
        """
        try:
            claims = jwt.decode(
                token,
                self.secret_key,
                algorithms=["HS256"],
                issuer=ISSUER,
                options={"require": ["exp", "iat", "sub", "jti"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated("Invalid token", reason="TOKEN_EXPIRED") from error
        except jwt.InvalidTokenError as error:
            raise Unauthenticated("Invalid token", reason="TOKEN_INVALID") from error
        return _subject(claims)


def _subject(claims: Mapping[str, Any]) -> int:
    with suppress(ValueError):
        if 0 < (id_ := int(claims["sub"])) <= LARGEST_ID:
            return id_
    raise Unauthenticated("Invalid token", reason="TOKEN_INVALID")


class Passwords:
    """Hashes and checks passwords in threads, a few at a time, so that no request waits for one."""

    def __init__(self, *, at_once: int = 2) -> None:
        self._hasher = PasswordHash((Argon2Hasher(), BcryptHasher()))
        self._turns = asyncio.Semaphore(at_once)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the password fits, and a better hash to store when the stored one is dated.

        An account that does not exist, or has no password, takes as long as one that has.
        """
        if len(password.encode("utf-8", "surrogatepass")) > MAX_PASSWORD_BYTES:
            password, stored = "", None
        if self._nobody is None:
            self._nobody = await self.hash(secrets.token_urlsafe())
        async with self._turns:
            fits, better = await asyncio.to_thread(self._verify, password, stored or self._nobody)
        return (fits, better) if stored else (False, None)

    def _verify(self, password: str, stored: str) -> tuple[bool, str | None]:
        try:
            return self._hasher.verify_and_update(password, stored)
        except (UnknownHashError, ValueError):
            return False, None
