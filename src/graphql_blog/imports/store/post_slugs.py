"""Which slug a post gets, and the slugs it had before."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import insert, select

from graphql_blog.db.models import PastSlug, Post
from graphql_blog.imports.store.names import Wish, free
from graphql_blog.imports.store.place import Place
from graphql_blog.imports.store.writing import Writing


async def choose(writing: Writing, places: Sequence[Place]) -> None:
    """Gives each place its slug: the one the source says, or that one with a number."""

    async def find(names: Collection[str]) -> Mapping[str, int]:
        return await _owners(writing, names)

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


async def _owners(writing: Writing, names: Collection[str]) -> dict[str, int]:
    """Whose these slugs are or were."""
    now = await writing.rows(select(Post.id, Post.slug), Post.slug, names)
    past = await writing.rows(select(PastSlug.post_id, PastSlug.slug), PastSlug.slug, names)
    return writing.remembered(Post, names) | {slug: post_id for post_id, slug in [*past, *now]}


async def keep_past(writing: Writing, places: Sequence[Place]) -> None:
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
    owners = await _owners(writing, wanted)
    for slug, place in wanted.items():
        if owners.get(slug, place.id) != place.id:
            message = f'its old slug "{slug}" leads to another post: not kept'
            writing.report.note(place.post.label, message, place.post.line)
    new = {slug: place.id for slug, place in wanted.items() if slug not in owners}
    writing.remember(Post, new)
    rows = [
        {"slug": slug, "post_id": post_id, "replaced_at": writing.now}
        for slug, post_id in new.items()
    ]
    await writing.write(insert(PastSlug), rows)
