"""The batches of an import, one after another, and the counters at the end."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.imports.records import Notice, Person, Post, Record, Skipped, Tag
from graphql_blog.imports.report import Report
from graphql_blog.imports.store import comments, people, posts, tags
from graphql_blog.imports.store.writing import Seen, Writing, in_portions
from graphql_blog.resources import Resources
from graphql_blog.services import counts

# Larger ones are hardly faster, and hold SQLite's only write lock for longer.
POSTS_A_BATCH = 500
COMMENTS_A_BATCH = 5_000
CHARACTERS_A_BATCH = 8_000_000


@dataclass(slots=True)
class Batch:
    """What is written in one transaction."""

    people: list[Person] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    comment_count: int = 0
    characters: int = 0

    def add_post(self, post: Post) -> None:
        self.posts.append(post)
        self.people.append(post.author)
        self.people.extend(comment.author for comment in post.comments)
        self.tags.extend(post.tags)
        self.comment_count += len(post.comments)
        self.characters += len(post.content)

    @property
    def is_full(self) -> bool:
        return (
            len(self.posts) >= POSTS_A_BATCH
            or len(self.people) + len(self.tags) >= 4 * COMMENTS_A_BATCH
            or self.comment_count >= COMMENTS_A_BATCH
            or self.characters >= CHARACTERS_A_BATCH
        )


async def save(
    records: Iterable[Record], resources: Resources, now: datetime, *, dry_run: bool = False
) -> Report:
    """What came in. A dry run says the same and writes nothing."""
    report, seen = Report(), Seen()
    try:
        for batch in _batches(records, report):
            async with _session(resources, dry_run=dry_run) as session:
                writing = Writing(session, now, seen, is_dry=dry_run)
                await _save(writing, batch)
            report.merge(writing.report)
    finally:
        # After a failure as well: the batches before it are in.
        if not dry_run:
            await _recount(resources, seen, now)
    return report


def _batches(records: Iterable[Record], report: Report) -> Iterator[Batch]:
    batch = Batch()
    for record in records:
        match record:
            case Notice():
                report.notices.append(record)
            case Skipped():
                report.skip(record)
            case Person():
                batch.people.append(record)
            case Tag():
                batch.tags.append(record)
            case Post():
                batch.add_post(record)
        if batch.is_full:
            yield batch
            batch = Batch()
    yield batch


@asynccontextmanager
async def _session(resources: Resources, *, dry_run: bool) -> AsyncIterator[AsyncSession]:
    if dry_run:
        async with resources.reading() as session:
            yield session
    else:
        async with resources.transaction() as session:
            yield session


async def _save(writing: Writing, batch: Batch) -> None:
    person_ids = await people.save(writing, batch.people)
    tag_ids = await tags.save(writing, batch.tags)
    post_ids = await posts.save(writing, batch.posts, person_ids, tag_ids)
    commented = await comments.save(writing, batch.posts, post_ids, person_ids)
    writing.seen.author_ids.update(person_ids[post.author.source_id] for post in batch.posts)
    writing.seen.tag_ids.update(tag_ids.values())
    if not writing.is_dry:
        for portion in in_portions(sorted(commented)):
            await counts.recount(writing.session, writing.now, posts=portion)


async def _recount(resources: Resources, seen: Seen, now: datetime) -> None:
    """Once, at the end: a tag of every batch would be counted anew in every batch."""
    for authors in in_portions(sorted(seen.author_ids)):
        async with resources.transaction() as session:
            await counts.recount(session, now, authors=authors)
    for tag_ids in in_portions(sorted(seen.tag_ids)):
        async with resources.transaction() as session:
            await counts.recount(session, now, tags=tag_ids)
