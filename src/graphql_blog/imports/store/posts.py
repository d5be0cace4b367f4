"""Posts into rows: new ones inserted, changed ones updated, others left alone."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from graphql_blog.db.models import Post as Stored
from graphql_blog.imports.records import Post
from graphql_blog.imports.report import Outcome
from graphql_blog.imports.store import post_slugs, post_tags
from graphql_blog.imports.store.place import COMPARED, Place
from graphql_blog.imports.store.writing import Writing

STORED = select(
    Stored.id,
    Stored.source_id,
    Stored.version,
    Stored.slug,
    Stored.created_at,
    Stored.updated_at,
    *(getattr(Stored, name) for name in COMPARED),
)


async def save(
    writing: Writing,
    posts: Sequence[Post],
    person_ids: Mapping[str, int],
    tag_ids: Mapping[str, int],
) -> dict[str, int]:
    """The id of each post, by source id."""
    places = await _places(writing, posts, person_ids)
    ours = [place for place in places if not place.was_changed_here]
    _count_kept(writing, [place for place in places if place.was_changed_here])
    await post_slugs.choose(writing, ours)
    await _insert(writing, [place for place in ours if place.is_new])
    writing.remember(Stored, {place.slug: place.id for place in ours})
    await post_tags.compare(writing, ours, tag_ids)
    changed = [place for place in ours if not place.is_new and place.differs]
    await _update(writing, changed)
    await post_tags.save(writing, [place for place in ours if place.is_new] + changed)
    await post_slugs.keep_past(writing, ours)
    known = sum(not place.is_new for place in ours)
    writing.report.count("posts", Outcome.UNCHANGED, known - len(changed))
    return {place.post.source_id: place.id for place in places}


async def _places(
    writing: Writing, posts: Sequence[Post], person_ids: Mapping[str, int]
) -> list[Place]:
    stored = await writing.rows(STORED, Stored.source_id, [post.source_id for post in posts])
    rows = {row.source_id: row for row in stored}
    places = []
    for post in posts:
        row = rows.get(post.source_id)
        place = Place(post, row, person_ids[post.author.source_id], writing.now)
        if row is not None:
            place.id, place.slug = row.id, row.slug
        places.append(place)
    return places


def _count_kept(writing: Writing, kept: Sequence[Place]) -> None:
    for place in kept:
        writing.report.count("posts", Outcome.UNCHANGED)
        message = "was changed here since it was imported: kept as it is here"
        writing.report.note(place.post.label, message, place.post.line)


async def _insert(writing: Writing, new: Sequence[Place]) -> None:
    rows = [
        place.values
        | {
            "slug": place.slug,
            "source_id": place.post.source_id,
            "created_at": place.created_at,
            "updated_at": place.updated_at,
        }
        for place in new
    ]
    ids = await writing.insert(Stored, Stored.source_id, rows)
    for place, post_id in zip(new, ids, strict=True):
        place.id = post_id
    writing.report.count("posts", Outcome.ADDED, len(new))


async def _update(writing: Writing, changed: Sequence[Place]) -> None:
    rows = [
        place.values
        | {
            "id": place.id,
            "slug": place.slug,
            "updated_at": place.updated_at,
            "version": place.row.version + 1,
        }
        for place in changed
        if place.row is not None
    ]
    await writing.write(update(Stored), rows)
    writing.report.count("posts", Outcome.UPDATED, len(changed))
