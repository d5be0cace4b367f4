"""Tags and categories into tags. The first to name one in an import decides what it is called."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select, update

from graphql_blog.db.models import Tag as Stored
from graphql_blog.imports.records import Skipped, Tag
from graphql_blog.imports.report import Outcome
from graphql_blog.imports.store.writing import Writing


async def save(writing: Writing, given: Iterable[Tag]) -> dict[str, int]:
    """The id of each tag, by slug."""
    wanted = _first_of_each(writing, given)
    columns = select(Stored.id, Stored.slug, Stored.name, Stored.description)
    stored = await writing.rows(columns, Stored.slug, wanted)
    ids = writing.remembered(Stored, wanted) | {row.slug: row.id for row in stored}
    await _update(writing, wanted, stored)
    new = [tag for tag in wanted.values() if tag.slug not in ids]
    new_ids = await writing.insert(
        Stored,
        Stored.slug,
        [{"slug": tag.slug, "name": tag.name, "description": tag.description} for tag in new],
    )
    added = {tag.slug: tag_id for tag, tag_id in zip(new, new_ids, strict=True)}
    writing.remember(Stored, added)
    writing.seen.tags.update(wanted)
    writing.report.count("tags", Outcome.ADDED, len(new))
    return ids | added


def _first_of_each(writing: Writing, given: Iterable[Tag]) -> dict[str, Tag]:
    wanted: dict[str, Tag] = {}
    for tag in given:
        first = wanted.setdefault(tag.slug, tag)
        is_known = first is not tag or tag.slug in writing.seen.tags
        if tag.is_defined and is_known:
            writing.report.skip(Skipped("tag or category", "one of the same slug stands before it"))
    return wanted


async def _update(writing: Writing, wanted: dict[str, Tag], stored: Iterable[Row[Any]]) -> None:
    changed = []
    for row in stored:
        tag = wanted[row.slug]
        if tag.slug in writing.seen.tags:
            continue
        values = {"name": tag.name, "description": tag.description or row.description}
        differs = any(getattr(row, column) != value for column, value in values.items())
        outcome = Outcome.UPDATED if tag.is_defined and differs else Outcome.UNCHANGED
        writing.report.count("tags", outcome)
        if outcome is Outcome.UPDATED:
            changed.append({"id": row.id, **values})
    await writing.write(update(Stored), changed)
