"""People into accounts: authors without a password, and guests who only left a name."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, select, update

from graphql_blog.auth import Role
from graphql_blog.db.models import User
from graphql_blog.imports.records import Person
from graphql_blog.imports.report import Outcome
from graphql_blog.imports.store.names import Wish, free
from graphql_blog.imports.store.writing import Writing
from graphql_blog.imports.text import fingerprint


async def save(writing: Writing, given: Iterable[Person]) -> dict[str, int]:
    """The account of each person, by source id."""
    people = {person.source_id: person for person in given}
    ids = writing.remembered(User, people)
    columns = select(User.id, User.source_id, User.display_name, User.bio)
    stored = await writing.rows(columns, User.source_id, people)
    ids |= {row.source_id: row.id for row in stored}
    await _update(writing, people, stored)
    unknown = [person for person in people.values() if person.source_id not in ids]
    ids |= await _same_account(writing, unknown)
    return ids | await _insert(
        writing, [person for person in unknown if person.source_id not in ids]
    )


async def _update(
    writing: Writing, people: Mapping[str, Person], stored: Collection[Row[Any]]
) -> None:
    changed = []
    for row in stored:
        person = people[row.source_id]
        values = {"display_name": person.name, "bio": person.bio or row.bio}
        differs = any(getattr(row, column) != value for column, value in values.items())
        outcome = Outcome.UPDATED if person.is_defined and differs else Outcome.UNCHANGED
        if outcome is Outcome.UPDATED:
            changed.append({"id": row.id, **values})
        _count(writing, person, row.id, outcome)
    await writing.write(update(User), changed)


def _count(writing: Writing, person: Person, user_id: int, outcome: Outcome) -> bool:
    """Counts everybody once, however many batches they stand in; whether this was the first."""
    is_first = user_id not in writing.seen.user_ids
    if is_first or outcome is not Outcome.UNCHANGED:
        noun = "guests" if person.role is Role.ANONYMOUS else "authors"
        writing.report.count(noun, outcome)
    writing.seen.user_ids.add(user_id)
    return is_first


async def _same_account(writing: Writing, unknown: Iterable[Person]) -> dict[str, int]:
    """Those who have an account already, under the same e-mail."""
    by_email: dict[str, list[Person]] = {}
    for person in unknown:
        if person.email is not None:
            by_email.setdefault(person.email, []).append(person)
    accounts = select(User.id, User.email, User.username)
    ids = {}
    for row in await writing.rows(accounts, User.email, by_email):
        for person in by_email[row.email]:
            ids[person.source_id] = row.id
            message = f'has the e-mail of the account "{row.username}": it is theirs'
            if _count(writing, person, row.id, Outcome.UNCHANGED):
                writing.report.note(f'author "{person.username}"', message, person.line)
    return ids


async def _insert(writing: Writing, unknown: list[Person]) -> dict[str, int]:
    # Two authors of one e-mail are one person.
    persons: dict[str, Person] = {}
    for person in unknown:
        persons.setdefault(_identity(person), person)
    new = list(persons.values())
    usernames = await _usernames(writing, new)
    rows = [_row(writing, person, name) for person, name in zip(new, usernames, strict=True)]
    new_ids = await writing.insert(User, User.source_id, rows)
    for person, user_id in zip(new, new_ids, strict=True):
        _count(writing, person, user_id, Outcome.ADDED)
    ids = dict(zip(persons, new_ids, strict=True))
    by_source = {person.source_id: ids[_identity(person)] for person in unknown}
    writing.remember(User, by_source)
    writing.remember(User, dict(zip(usernames, new_ids, strict=True)))
    writing.remember(User, {person.email: ids[person.email] for person in new if person.email})
    return by_source


def _identity(person: Person) -> str:
    return person.email or person.source_id


async def _usernames(writing: Writing, new: list[Person]) -> list[str]:
    async def find(names: Collection[str]) -> Mapping[str, int]:
        stored = await writing.rows(select(User.id, User.username), User.username, names)
        return writing.remembered(User, names) | {row.username: row.id for row in stored}

    usernames = await free(find, [Wish(person.username) for person in new])
    for person, username in zip(new, usernames, strict=True):
        if username != person.username:
            message = f'the username is taken: it becomes "{username}"'
            writing.report.note(f'author "{person.username}"', message, person.line)
    return usernames


def _row(writing: Writing, person: Person, username: str) -> dict[str, Any]:
    return {
        "username": username,
        "email": person.email or f"{fingerprint(person.source_id)}@imported.invalid",
        "role": person.role,
        "display_name": person.name,
        "website_url": person.website_url,
        "bio": person.bio,
        "source_id": person.source_id,
        "created_at": writing.now,
    }
