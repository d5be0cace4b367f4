"""Which post has which tags, and where it stands among the posts of each."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select, update

from graphql_blog.db.models import PostTag
from graphql_blog.imports.store.place import Place
from graphql_blog.imports.store.writing import Writing

STORED = select(PostTag.post_id, PostTag.tag_id, PostTag.listed_at)


async def compare(writing: Writing, places: Sequence[Place], tag_ids: Mapping[str, int]) -> None:
    """Tells each place the tags it is to have and those it has."""
    by_id = {place.id: place for place in places if place.row is not None}
    for post_id, tag_id, listed_at in await writing.rows(STORED, PostTag.post_id, by_id):
        by_id[post_id].stored_tags[tag_id] = listed_at
    for place in places:
        place.tags = {tag_ids[tag.slug]: place.listed_at for tag in place.post.tags}


async def save(writing: Writing, places: Sequence[Place]) -> None:
    added, gone, moved = [], [], []
    for place in places:
        writing.seen.tag_ids.update(place.stored_tags)
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
