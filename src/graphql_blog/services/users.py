"""The rules for accounts: who is seen, registering, logging in."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.auth import STRANGER, Passwords, Role, Token, Tokens, Viewer
from graphql_blog.db.models import User
from graphql_blog.engine.keyset import orderings
from graphql_blog.engine.statements import constant
from graphql_blog.errors import BadCredentials, Clash, NotFound, Taken, Unauthenticated
from graphql_blog.services import validation
from graphql_blog.services.slugs import numbered

log = structlog.get_logger("graphql_blog.users")


class Logins(Protocol):
    """Counts wrong passwords. Raises `LockedOut` where there were too many."""

    async def attempt(self, address: str, username: str) -> None: ...
    async def succeeded(self, address: str, username: str) -> None: ...


class Resources(Protocol):
    """What accounts need of the process. Hashing is slow, so it happens outside transactions."""

    @property
    def passwords(self) -> Passwords: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def logins(self) -> Logins: ...
    @property
    def registration_role(self) -> Role: ...
    def reading(self) -> AbstractAsyncContextManager[AsyncSession]: ...
    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]: ...


ROOM_FOR_NUMBER = 26
"""How much of a taken username is kept, so that the suggested one is short enough itself."""

ORDERINGS = {
    "USERNAME": User.username,
    "CREATED_AT": User.created_at,
    "POST_COUNT": User.post_count,
    "ID": User.id,
}
ordering = orderings("users", ORDERINGS, User.id)


def visible_to(viewer: Viewer) -> Select[User]:
    """The users this viewer may read: everybody's public face."""
    return select(User)


def listed_to(viewer: Viewer) -> Select[User]:
    """The users that lists show: accounts, not the guests who only left their name somewhere."""
    return visible_to(viewer).where(User.role != constant(Role.ANONYMOUS, User.role.type))


async def register(
    resources: Resources, given: Mapping[str, Any], now: datetime, role: Role | None = None
) -> User:
    """A new account; its role is what registration gives unless said.

    Raises `Invalid`, or `Taken` when the username or the e-mail is in use.
    """
    registration = validation.read(validation.Registration, given)
    password = registration.password
    hashed = await resources.passwords.hash(password) if password is not None else None
    user = User(
        username=registration.username,
        email=registration.email,
        display_name=registration.name,
        age=registration.age,
        password_hash=hashed,
        role=role or resources.registration_role,
        created_at=now,
    )
    async with resources.transaction() as session:
        await _refuse_taken(session, registration)
        try:
            async with session.begin_nested():
                session.add(user)
        except IntegrityError:
            # Somebody registered the same name between our look and our insert.
            await _refuse_taken(session, registration)
            raise
    return user


async def log_in(
    resources: Resources, given: Mapping[str, Any], address: str, now: datetime
) -> tuple[User, Token]:
    """The account behind a username or e-mail, and a token for it; `address` is where from.

    Raises `BadCredentials`, and `LockedOut` after too many of these: the same, after the same time,
    whether or not there is such an account.
    """
    credentials = validation.read(validation.Credentials, given)
    await resources.logins.attempt(address, credentials.username)
    async with resources.reading() as session:
        user = await _by_login(session, credentials.username)
    stored = user.password_hash if user else None
    fits, better = await resources.passwords.check(credentials.password, stored)
    if user is None or not fits:
        raise BadCredentials
    await resources.logins.succeeded(address, credentials.username)
    log.info("User logged in", userId=user.id)
    if better:
        async with resources.transaction() as session:
            await session.execute(
                update(User).where(User.id == user.id).values(password_hash=better)
            )
    return user, resources.tokens.issue(user.id, user.username, now)


async def set_password(resources: Resources, username: str, password: str) -> None:
    """Gives an account a password, imported ones their first. Raises `NotFound`, `Invalid`."""
    new = validation.read(validation.NewPassword, {"password": password})
    hashed = await resources.passwords.hash(new.password)
    async with resources.transaction() as session:
        await _set(session, username, password_hash=hashed)


async def set_role(resources: Resources, username: str, role: Role) -> None:
    """Lets an account do more, or less. Raises `NotFound`."""
    async with resources.transaction() as session:
        await _set(session, username, role=role)


async def _set(session: AsyncSession, username: str, **values: Any) -> None:
    changed = update(User).where(User.username == username).values(**values).returning(User.id)
    if await session.scalar(changed) is None:
        raise NotFound(f"There is no account {username}.", field="username")


async def viewer_from(resources: Resources, authorization: str | None) -> Viewer:
    """The viewer that an `Authorization` header stands for, with today's role.

    Without a header a stranger; with a bad one never: it raises `Unauthenticated`.
    """
    if authorization is None:
        return STRANGER
    return await viewer_of(resources, account_of(resources, authorization))


def account_of(resources: Resources, authorization: str) -> int:
    """The account whose token this is. Raises `Unauthenticated`."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Invalid token", reason="TOKEN_INVALID")
    return resources.tokens.user_id(token.strip())


async def viewer_of(resources: Resources, user_id: int) -> Viewer:
    """The account with today's role. Raises `Unauthenticated` when it is there no more."""
    async with resources.reading() as session:
        found = await session.execute(select(User.username, User.role).where(User.id == user_id))
    row = found.one_or_none()
    if row is None:
        raise Unauthenticated("Invalid token", reason="TOKEN_INVALID")
    return Viewer(user_id, *row)


async def _by_login(session: AsyncSession, login: str) -> User | None:
    if "\x00" in login or not _encodable(login):
        return None
    named = or_(User.username == login, User.email == login.lower())
    # A username may look like somebody's e-mail address: the username wins.
    found = select(User).where(named).order_by(User.username != login).limit(1)
    return (await session.scalars(found)).one_or_none()


def _encodable(text: str) -> bool:
    return text == text.encode("utf-8", "replace").decode()


async def _refuse_taken(session: AsyncSession, wanted: validation.Registration) -> None:
    clashes = []
    if await _exists(session, func.lower(User.username) == wanted.username.lower()):
        beginning = wanted.username[:ROOM_FOR_NUMBER]
        alike = User.username.istartswith(beginning, autoescape=True)
        taken = {name.lower() for name in await session.scalars(select(User.username).where(alike))}
        free = numbered(beginning.lower(), taken, separator="")
        suggestion = beginning + free[len(beginning) :]
        clashes.append(Clash("username", "This username is taken already.", suggestion))
    if await _exists(session, User.email == wanted.email):
        clashes.append(Clash("email", "There is an account with this e-mail already."))
    if clashes:
        raise Taken(clashes)


async def _exists(session: AsyncSession, condition: Any) -> bool:
    found = await session.scalar(select(func.count()).select_from(User).where(condition))
    return bool(found)
