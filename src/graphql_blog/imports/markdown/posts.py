"""A file with front matter as a post."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from graphql_blog.db.columns import PostStatus
from graphql_blog.imports import text
from graphql_blog.imports.markdown import addresses, fields, front_matter
from graphql_blog.imports.markdown.files import DATED_NAME, FORMATS, Folder, is_draft
from graphql_blog.imports.records import NOBODY, Failure, Notice, Person, Post, Record, Skipped, Tag
from graphql_blog.services.validation import MAX_CONTENT

MAX_BYTES = 4 * (MAX_CONTENT + front_matter.MAX_HEAD)
HEADING = re.compile(r"\s*#[ \t]+(.+?)[ \t#]*(?:\r?\n|\Z)")


@dataclass(slots=True)
class PostFile:
    """One file on its way to a post, and the remarks made about it."""

    folder: Folder
    source: str
    path: Path
    now: datetime
    head: dict[str, Any]
    content: str
    notices: list[Notice] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.folder.name(self.path)

    @property
    def stem(self) -> str:
        """The name of the file, or of the folder that is the post's own."""
        is_bundle = self.path.stem == "index"
        return text.storable(self.path.parent.name if is_bundle else self.path.stem)

    def note(self, message: str | None) -> None:
        if message:
            self.notices.append(Notice(self.label, message))


def read(
    folder: Folder, now: datetime, *, files: Iterable[Path] | None = None, source: str | None = None
) -> Iterator[Record]:
    """The records of a folder. `source` names it when it is not always at the same place."""
    yield from folder.remarks
    without_author = 0
    for path in folder.files if files is None else files:
        for record in _read_file(
            folder, path, now, f"markdown:{source or text.storable(str(folder.root))}"
        ):
            without_author += isinstance(record, Post) and record.author is NOBODY
            yield record
    if without_author:
        message = f'{without_author} post(s) name no author: attributed to "{NOBODY.username}"'
        yield Notice("the folder", message)


def _read_file(folder: Folder, path: Path, now: datetime, source: str) -> Iterator[Record]:
    try:
        document = _document(path)
    except OSError as error:
        yield Failure(folder.name(path), f"cannot be read: {error.strerror}")
        return
    except front_matter.BadFrontMatter as error:
        yield Skipped("file", "bad front matter")
        yield Failure(folder.name(path), f"skipped: {error}")
        return
    if document is None:
        yield Skipped("file", "its text is too long")
        yield Failure(folder.name(path), text.too_long(MAX_CONTENT))
        return
    file = PostFile(folder, source, path, now, document.head, document.content)
    for remark in document.remarks:
        file.note(remark)
    post = _post(file)
    yield from file.notices
    yield post


def _document(path: Path) -> front_matter.Document | None:
    """None for one whose text is too long: what is certain to be is not read at all."""
    if path.stat().st_size > MAX_BYTES:
        return None
    document = front_matter.split(path.read_bytes())
    return document if len(document.content) <= MAX_CONTENT else None


def _post(file: PostFile) -> Post:
    head = file.head
    in_name = DATED_NAME.fullmatch(file.stem)
    named = in_name[2] if in_name else file.stem
    title = _title(file, named)
    slug, remark = text.slug(fields.first(head, "slug") or named, otherwise=title)
    file.note(remark and f"its {remark}")
    dated = _dated(file, in_name[1] if in_name else "")
    status = _status(file, dated)
    categories = _categories(head)
    permalink, past_slugs = _addresses(file, slug, categories, dated)
    modified = fields.first(head, "lastmod", "updated", "last_modified_at", "modified")
    return Post(
        source_id=text.source_id(file.source, file.label),
        label=file.label,
        author=_author(file),
        title=title,
        slug=slug,
        content=file.content,
        content_format=FORMATS[file.path.suffix.lower()],
        status=status,
        published_at=dated if status is PostStatus.PUBLISHED else None,
        created_at=dated,
        updated_at=text.instant(modified),
        excerpt=fields.first(head, "excerpt", "summary", "description") or None,
        permalink=permalink,
        tags=_tags(file, categories),
        past_slugs=past_slugs,
    )


def _title(file: PostFile, named: str) -> str:
    heading = HEADING.match(file.content)
    from_name = re.sub(r"[-_]+", " ", named).strip().capitalize()
    title, remark = text.title(
        fields.first(file.head, "title"),
        otherwise=(heading[1] if heading else "", from_name),
    )
    file.note(remark)
    return title


def _dated(file: PostFile, in_name: str) -> datetime | None:
    given = [fields.word(file.head.get(key)) for key in ("publishdate", "date", "pubdate")]
    for word in filter(None, [*given, in_name]):
        found = text.instant(word)
        if found is not None:
            return found
        file.note(f'"{text.cut(word, 40)}" is no date')
    return None


def _status(file: PostFile, dated: datetime | None) -> PostStatus:
    head = file.head
    hidden = fields.is_yes(head, "draft") or fields.is_no(head, "published")
    if hidden or is_draft(file.folder, file.path):
        return PostStatus.DRAFT
    file.note(text.remark_on_date(dated, file.now))
    return PostStatus.PUBLISHED


def _categories(head: dict[str, Any]) -> list[str]:
    taxonomies = fields.table(head, "taxonomies")
    return [
        *fields.terms(head.get("categories")),
        *fields.words(head.get("category")),
        *fields.words(taxonomies.get("categories")),
    ]


def _tags(file: PostFile, categories: list[str]) -> tuple[Tag, ...]:
    head = file.head
    taxonomies = fields.table(head, "taxonomies")
    others = (terms for name, terms in taxonomies.items() if name != "categories")
    names = [
        *categories,
        *fields.terms(head.get("tags")),
        *fields.words(head.get("tag")),
        *(word for terms in others for word in fields.words(terms)),
    ]
    found: dict[str, Tag] = {}
    for name in names:
        tag = text.tag(name, "", file.note)
        found.setdefault(tag.slug, tag)
    return text.first_tags([*found.values()], file.note)


def _addresses(
    file: PostFile, slug: str, categories: list[str], dated: datetime | None
) -> tuple[str | None, tuple[str, ...]]:
    """The permalink, and the slugs it had before."""
    head = file.head
    given = fields.first(head, "permalink", "url", "path")
    permalink = addresses.filled(given, slug, categories, dated) if given else None
    past_slugs = []
    for alias in fields.words(head.get("aliases")) + fields.words(head.get("redirect_from")):
        if old_slug := addresses.slug_in(alias):
            past_slug, remark = text.slug(old_slug, otherwise="")
            file.note(remark and f"its old {remark}")
            past_slugs.append(past_slug)
        elif permalink is None:
            permalink = text.path_of(alias)
        else:
            file.note(f'its old address "{text.cut(alias, 100)}" is not kept')
    if permalink is None:
        permalink = addresses.usual(file.folder, file.path, slug, categories, dated)
    return permalink, tuple(dict.fromkeys(filter(None, past_slugs)))


def _author(file: PostFile) -> Person:
    head = file.head
    extra = fields.table(head, "extra")
    found = head.get("author") or head.get("authors") or extra.get("author") or extra.get("authors")
    authors = found if isinstance(found, list) else [found]
    described = authors[0] if authors and isinstance(authors[0], dict) else {}
    name = fields.first(described, "name", "display_name") or fields.word(next(iter(authors), ""))
    if len(authors) > 1:
        file.note(f'has {len(authors)} authors: attributed to the first, "{name}"')
    if not name:
        return NOBODY
    return Person(
        source_id=text.source_id(file.source, f"user-{name}"),
        username=text.username(name),
        email=text.email(fields.word(described.get("email"))),
        name=text.cut(name, text.NAME_LENGTH),
    )
