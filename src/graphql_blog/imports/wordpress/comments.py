"""The comments under an item, threaded: of authors, who have an account, and of guests."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus
from graphql_blog.imports import text
from graphql_blog.imports.records import Comment, Failure, Notice, Person, Record, Skipped
from graphql_blog.imports.wordpress.channel import Channel
from graphql_blog.imports.wordpress.parser import Element
from graphql_blog.services.slugs import slug_of
from graphql_blog.services.validation import MAX_COMMENT

STATUSES = {
    "1": CommentStatus.VISIBLE,
    "approve": CommentStatus.VISIBLE,
    "0": CommentStatus.PENDING,
    "hold": CommentStatus.PENDING,
    "spam": CommentStatus.SPAM,
    "trash": CommentStatus.DELETED,
    "post-trashed": CommentStatus.DELETED,
}
KINDS = {"", "comment"}


@dataclass(slots=True)
class Said:
    """The comments of one post, and the remarks on them."""

    comments: tuple[Comment, ...] = ()
    remarks: list[Record] = field(default_factory=list)


def read(channel: Channel, item: Element, post: str, otherwise_at: datetime) -> Said:
    said = Said()
    found: dict[str, Comment] = {}
    lines: dict[str, int] = {}
    for element in item.all("wp:comment"):
        kind = element.first("wp:comment_type").strip()
        if kind not in KINDS:
            said.remarks.append(Skipped(kind, "not written by a person"))
            continue
        comment = _comment(channel, element, post, otherwise_at, said)
        if comment is None:
            continue
        if comment.source_id in found:
            said.remarks.append(Skipped("comment", "its id stands twice under the post"))
            _note(said, element, "another before it has the same id: skipped")
            continue
        found[comment.source_id] = comment
        lines[comment.source_id] = element.line
    said.comments = tuple(_threaded(found, lines, said))
    return said


def _comment(
    channel: Channel, element: Element, post: str, otherwise_at: datetime, said: Said
) -> Comment | None:
    content = element.first("wp:comment_content")
    if not content.strip():
        said.remarks.append(Skipped("comment", "without text"))
        return None
    number = _number(element)
    if len(content) > MAX_COMMENT:
        said.remarks.append(Skipped("comment", "its text is too long"))
        message = text.too_long(MAX_COMMENT)
        said.remarks.append(Failure(f"comment {number}", message, element.line))
        return None
    parent = element.first("wp:comment_parent").strip()
    return Comment(
        source_id=channel.source_id(f"{post}-comment-{number}"),
        author=_author(channel, element),
        content=content,
        status=_status(element, said),
        created_at=_dated(element, otherwise_at, said),
        parent=channel.source_id(f"{post}-comment-{parent}") if parent not in {"", "0"} else None,
    )


def _number(element: Element) -> str:
    number = element.first("wp:comment_id").strip()
    written = (element.first("wp:comment_author"), element.first("wp:comment_date"))
    return number or text.fingerprint(*written, element.first("wp:comment_content"))


def _author(channel: Channel, element: Element) -> Person:
    """An author of the blog by id alone: anybody can type an author's name and e-mail."""
    return channel.by_id.get(element.first("wp:comment_user_id").strip()) or _guest(
        channel, element
    )


def _guest(channel: Channel, element: Element) -> Person:
    """The same name with the same e-mail is the same guest; the e-mail itself is not kept."""
    name = text.cut(text.plain(element.first("wp:comment_author")[: text.A_PAGE]), text.NAME_LENGTH)
    address = element.first("wp:comment_author_email").strip().lower()
    source_id = channel.source_id(f"guest-{text.fingerprint(name, address)}")
    print_ = text.fingerprint(source_id)
    stem = slug_of(name, otherwise="anonymous")[:30].strip("-")
    return Person(
        source_id=source_id,
        username=f"{stem}-{print_[:8]}",
        email=f"{print_}@guests.invalid",
        name=name or "Anonymous",
        role=Role.ANONYMOUS,
        website_url=text.web_address(element.first("wp:comment_author_url")),
        line=element.line,
    )


def _status(element: Element, said: Said) -> CommentStatus:
    given = element.first("wp:comment_approved").strip()
    if given not in STATUSES:
        _note(said, element, f'has the unknown state "{given}": left for moderation')
    return STATUSES.get(given, CommentStatus.PENDING)


def _dated(element: Element, otherwise: datetime, said: Said) -> datetime:
    for name in ("wp:comment_date_gmt", "wp:comment_date"):
        found = text.instant(element.first(name))
        if found is not None:
            return found
    _note(said, element, "has no date: it gets its post's")
    return otherwise


def _threaded(found: dict[str, Comment], lines: dict[str, int], said: Said) -> Iterator[Comment]:
    """The comments, each with a parent that is there and is not its own descendant."""
    rooted: set[str] = set()
    for source_id, comment in found.items():
        if comment.parent is not None and comment.parent not in found:
            problem = "answers a comment that is not imported: it becomes a comment on the post"
        elif not _reaches_a_root(source_id, found, rooted):
            problem = "answers itself in a circle: it becomes a comment on the post"
        else:
            yield comment
            continue
        said.remarks.append(Notice(_label(source_id), problem, lines[source_id]))
        found[source_id] = replace(comment, parent=None)
        yield found[source_id]


def _reaches_a_root(source_id: str, found: dict[str, Comment], rooted: set[str]) -> bool:
    """Whether the way up ends; all that lies on such a way is remembered in `rooted`."""
    way: set[str] = set()
    here: str | None = source_id
    while here is not None and here in found and here not in rooted:
        if here in way:
            return False
        way.add(here)
        here = found[here].parent
    rooted |= way
    return True


def _note(said: Said, element: Element, message: str) -> None:
    number = element.first("wp:comment_id").strip()
    said.remarks.append(Notice(f"comment {number}", message, element.line))


def _label(source_id: str) -> str:
    return f"comment {source_id.rpartition('-')[2]}"
