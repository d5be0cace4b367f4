"""Comments into rows, with their threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from graphql_blog.db.models import Comment as Stored
from graphql_blog.imports.records import Comment, Post
from graphql_blog.imports.report import Outcome
from graphql_blog.imports.store.writing import Writing

COMPARED = ("author_id", "parent_id", "status", "content")
STORED = select(
    Stored.id,
    Stored.source_id,
    Stored.post_id,
    Stored.created_at,
    Stored.updated_at,
    *(getattr(Stored, name) for name in COMPARED),
)


@dataclass(slots=True)
class Known:
    """A comment that is here already, and what its source says of it now."""

    post: Post
    comment: Comment
    row: Row[Any]
    values: dict[str, Any]

    @property
    def differs(self) -> bool:
        return any(getattr(self.row, name) != value for name, value in self.values.items())

    @property
    def was_changed_here(self) -> bool:
        """Moderated or edited: an import leaves the two instants the same."""
        return bool(self.row.updated_at != self.row.created_at)


async def save(
    writing: Writing,
    posts: Sequence[Post],
    post_ids: Mapping[str, int],
    person_ids: Mapping[str, int],
) -> set[int]:
    """The posts whose comments have become others."""
    given = {comment.source_id: post for post in posts for comment in post.comments}
    rows = {row.source_id: row for row in await writing.rows(STORED, Stored.source_id, given)}
    new = [
        (post, comment)
        for post in posts
        for comment in post.comments
        if comment.source_id not in rows
    ]
    ids = {source_id: row.id for source_id, row in rows.items()}
    ids |= await _insert(writing, new, post_ids, person_ids)
    parents = [
        {"id": ids[comment.source_id], "parent_id": ids[comment.parent]}
        for _, comment in new
        if comment.parent is not None
    ]
    await writing.write(update(Stored), parents)
    known = [
        Known(post, comment, row, _values(comment, ids, person_ids))
        for post in posts
        for comment in post.comments
        if (row := rows.get(comment.source_id)) is not None
    ]
    changed = await _update(writing, known)
    return {post_ids[post.source_id] for post, _ in new} | changed


async def _insert(
    writing: Writing,
    new: Sequence[tuple[Post, Comment]],
    post_ids: Mapping[str, int],
    person_ids: Mapping[str, int],
) -> dict[str, int]:
    rows = [
        {
            "post_id": post_ids[post.source_id],
            "author_id": person_ids[comment.author.source_id],
            "status": comment.status,
            "content": comment.content,
            "source_id": comment.source_id,
            "created_at": comment.created_at,
            "updated_at": comment.created_at,
        }
        for post, comment in new
    ]
    ids = await writing.insert(Stored, Stored.source_id, rows)
    writing.report.count("comments", Outcome.ADDED, len(new))
    return {comment.source_id: id_ for (_, comment), id_ in zip(new, ids, strict=True)}


def _values(
    comment: Comment, ids: Mapping[str, int], person_ids: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "author_id": person_ids[comment.author.source_id],
        "parent_id": ids[comment.parent] if comment.parent is not None else None,
        "status": comment.status,
        "content": comment.content,
    }


async def _update(writing: Writing, known: Sequence[Known]) -> set[int]:
    changed, touched = [], set()
    for each in known:
        if each.differs and not each.was_changed_here:
            changed.append({"id": each.row.id, **each.values})
            touched.add(each.row.post_id)
            writing.report.count("comments", Outcome.UPDATED)
        else:
            writing.report.count("comments", Outcome.UNCHANGED)
            if each.differs:
                message = "was changed here since it was imported: kept as it is here"
                number = each.comment.source_id.rpartition("-")[2]
                label = f"{each.post.label}, comment {number}"
                writing.report.note(label, message, each.post.line)
    await writing.write(update(Stored), changed)
    return touched
