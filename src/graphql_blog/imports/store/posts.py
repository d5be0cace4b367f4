"""Posts into rows, with their slugs and tags: new ones inserted, changed ones updated."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import insert, select, update

from graphql_blog.db.models import PastSlug, PostTag
from graphql_blog.db.models import Post as Stored
from graphql_blog.imports.records import Post
from graphql_blog.imports.report import Outcome
from graphql_blog.imports.store.names import Wish, free
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

STORED_TAGS = select(PostTag.post_id, PostTag.tag_id, PostTag.listed_at)


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
    await _choose_slugs(writing, ours)
    await _insert(writing, [place for place in ours if place.is_new])
    writing.remember(Stored, {place.slug: place.id for place in ours})
    await _compare_tags(writing, ours, tag_ids)
    changed = [place for place in ours if not place.is_new and place.differs]
    await _update(writing, changed)
    written = [place for place in ours if place.is_new] + changed
    await _save_tags(writing, written)
    _touch(writing, written)
    await _keep_past_slugs(writing, ours)
    known = sum(not place.is_new for place in ours)
    writing.report.count("posts", Outcome.UNCHANGED, known - len(changed))
    return {place.post.source_id: place.id for place in places}


def _touch(writing: Writing, written: Sequence[Place]) -> None:
    for place in written:
        writing.author_ids.add(place.author_id)
        writing.tag_ids |= place.tags.keys() | place.stored_tags.keys()
        if place.row is not None:
            writing.author_ids.add(place.row.author_id)


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


async def _choose_slugs(writing: Writing, places: Sequence[Place]) -> None:
    """Gives each place its slug: the one the source says, or that one with a number."""

    async def find(names: Collection[str]) -> Mapping[str, int]:
        return await _slug_owners(writing, names)

    wishing = [place for place in places if place.slug != place.post.slug]
    owners = await find({place.post.slug for place in wishing})
    moving = [place for place in wishing if not _has_number_for_a_reason(place, owners)]
    slugs = await free(find, [Wish(place.post.slug, place.id or None) for place in moving])
    for place, slug in zip(moving, slugs, strict=True):
        place.slug = slug
        if slug != place.post.slug:
            message = f'the slug "{place.post.slug}" is taken: it becomes "{slug}"'
            writing.report.note(place.post.label, message, place.post.line)


def _has_number_for_a_reason(place: Place, owners: Mapping[str, int]) -> bool:
    """It got `slug-2` at an earlier import, and `slug` is still another's."""
    number = place.slug.removeprefix(f"{place.post.slug}-")
    return (
        number != place.slug
        and number.isdecimal()
        and owners.get(place.post.slug, place.id) != place.id
    )


async def _slug_owners(writing: Writing, names: Collection[str]) -> dict[str, int]:
    """Whose these slugs are or were."""
    now = await writing.rows(select(Stored.id, Stored.slug), Stored.slug, names)
    past = await writing.rows(select(PastSlug.post_id, PastSlug.slug), PastSlug.slug, names)
    return writing.remembered(Stored, names) | {slug: post_id for post_id, slug in [*past, *now]}


async def _keep_past_slugs(writing: Writing, places: Sequence[Place]) -> None:
    """The slugs that the source says a post had, and the one it had here until now."""
    # A slug that a post has again is not one it had.
    again = [(place.slug,) for place in places if place.row and place.row.slug != place.slug]
    await writing.delete(PastSlug, (PastSlug.slug,), again)
    wanted: dict[str, Place] = {}
    for place in places:
        former = () if place.row is None else (place.row.slug,)
        for slug in (*former, *place.post.past_slugs):
            if slug != place.slug:
                wanted.setdefault(slug, place)
    owners = await _slug_owners(writing, wanted)
    for slug, place in wanted.items():
        if owners.get(slug, place.id) != place.id:
            message = f'its old slug "{slug}" leads to another post: not kept'
            writing.report.note(place.post.label, message, place.post.line)
    new = {slug: place.id for slug, place in wanted.items() if slug not in owners}
    writing.remember(Stored, new)
    rows = [
        {"slug": slug, "post_id": post_id, "replaced_at": writing.now}
        for slug, post_id in new.items()
    ]
    await writing.write(insert(PastSlug), rows)


async def _compare_tags(
    writing: Writing, places: Sequence[Place], tag_ids: Mapping[str, int]
) -> None:
    """Tells each place the tags it is to have and those it has."""
    by_id = {place.id: place for place in places if place.row is not None}
    for post_id, tag_id, listed_at in await writing.rows(STORED_TAGS, PostTag.post_id, by_id):
        by_id[post_id].stored_tags[tag_id] = listed_at
    for place in places:
        place.tags = {tag_ids[tag.slug]: place.listed_at for tag in place.post.tags}


async def _save_tags(writing: Writing, places: Sequence[Place]) -> None:
    added, gone, moved = [], [], []
    for place in places:
        gone += [(place.id, tag_id) for tag_id in place.stored_tags.keys() - place.tags.keys()]
        for tag_id, listed_at in place.tags.items():
            row = {"post_id": place.id, "tag_id": tag_id, "listed_at": listed_at}
            if tag_id not in place.stored_tags:
                added.append(row)
            elif place.stored_tags[tag_id] != listed_at:
                moved.append(row)
    await writing.delete(PostTag, (PostTag.post_id, PostTag.tag_id), gone)
    await writing.write(insert(PostTag), added)
    await writing.write(update(PostTag), moved)
