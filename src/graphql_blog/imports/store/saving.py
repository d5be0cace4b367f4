"""The batches of an import, one after another, each with its counters."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

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
        self.characters += len(post.content) + len(post.excerpt or "")
        self.characters += sum(len(comment.content) for comment in post.comments)

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
    for batch in _batches(records, report):
        async with resources.reading() if dry_run else resources.transaction() as session:
            await _save(Writing(session, now, seen, report, is_dry=dry_run), batch)
    return report


def _batches(records: Iterable[Record], report: Report) -> Iterator[Batch]:
    batch = Batch()
    for record in records:
        match record:
            case Notice():
                report.add(record)
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


async def _save(writing: Writing, batch: Batch) -> None:
    person_ids = await people.save(writing, batch.people)
    tag_ids = await tags.save(writing, batch.tags)
    post_ids = await posts.save(writing, batch.posts, person_ids, tag_ids)
    commented = await comments.save(writing, batch.posts, post_ids, person_ids)
    if not writing.is_dry:
        await _recount(writing, commented)


async def _recount(writing: Writing, post_ids: set[int]) -> None:
    """Of what the batch has written: a run that is stopped leaves no counter behind."""
    touched = {"authors": writing.author_ids, "tags": writing.tag_ids, "posts": post_ids}
    for noun, ids in touched.items():
        for portion in in_portions(sorted(ids)):
            await counts.recount(writing.session, writing.now, **{noun: portion})
