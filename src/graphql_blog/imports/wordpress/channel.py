"""What an export's channel says before its items: where it came from, its authors, its terms."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphql_blog.imports import text
from graphql_blog.imports.records import Notice, Person, Record, Skipped
from graphql_blog.imports.wordpress.parser import Element
from graphql_blog.services.validation import MAX_COMMENT

ADDRESSES = ("wp:base_blog_url", "wp:base_site_url", "link", "title")
TAXONOMIES = {"category", "post_tag", "tag", ""}


@dataclass(slots=True)
class Channel:
    now: datetime
    addresses: dict[str, str] = field(default_factory=dict)
    by_login: dict[str, Person] = field(default_factory=dict)
    by_id: dict[str, Person] = field(default_factory=dict)
    post_keys: set[int] = field(default_factory=set)
    """Hashes of those that have come by: the keys themselves would fill the memory."""

    def source_id(self, thing: str) -> str:
        address = next((found for name in ADDRESSES if (found := self.addresses.get(name))), "")
        return text.source_id(f"wordpress:{address.rstrip('/')}", thing)


def author(channel: Channel, element: Element) -> Iterator[Record]:
    """One `wp:author`."""
    login = element.first("wp:author_login").strip()
    address = element.first("wp:author_email").strip()
    number = element.first("wp:author_id").strip()
    login = login or address or f"author-{number}"
    full_name = f"{element.first('wp:author_first_name')} {element.first('wp:author_last_name')}"
    name = text.plain(element.first("wp:author_display_name")) or text.plain(full_name)
    label = f'author "{login}"'
    yield from remarks(label, element)
    bio = yield from _page(label, element, "wp:author_description")
    person = Person(
        source_id=channel.source_id(f"user-{login}"),
        username=text.username(login),
        email=text.email(address),
        name=text.cut(name, text.NAME_LENGTH) or None,
        bio=bio,
        line=element.line,
        is_defined=True,
    )
    channel.by_login[login] = person
    if number:
        channel.by_id[number] = person
    yield person


def _page(item: str, element: Element, name: str) -> Generator[Record, None, str | None]:
    """A description, of the length of a page at most."""
    words = element.first(name).strip()
    if len(words) > MAX_COMMENT:
        yield Notice(item, f"its description is cut to {MAX_COMMENT:,} characters", element.line)
    return text.cut(words, MAX_COMMENT) or None


def creator(channel: Channel, login: str, line: int) -> Iterator[Record]:
    """An author whom posts name and the export does not list; told once."""
    channel.by_login[login] = Person(
        source_id=channel.source_id(f"user-{login}"),
        username=text.username(login),
        name=text.cut(text.plain(login), text.NAME_LENGTH) or None,
        line=line,
    )
    message = "is not among the export's authors: an account is made from the name"
    yield Notice(f'author "{login}"', message, line)


def category(channel: Channel, element: Element) -> Iterator[Record]:
    """One `wp:category`."""
    return _term(element, "wp:cat_name", "wp:category_nicename", "wp:category_description")


def tag(channel: Channel, element: Element) -> Iterator[Record]:
    """One `wp:tag`."""
    return _term(element, "wp:tag_name", "wp:tag_slug", "wp:tag_description")


def term(channel: Channel, element: Element) -> Iterator[Record]:
    """One `wp:term`, of any taxonomy."""
    taxonomy = element.first("wp:term_taxonomy").strip()
    if taxonomy in TAXONOMIES:
        return _term(element, "wp:term_name", "wp:term_slug", "wp:term_description")
    return iter([Skipped(f"term: {taxonomy}", "neither a category nor a tag")])


def _term(element: Element, name: str, slug: str, description: str) -> Iterator[Record]:
    words = text.plain(element.first(name)) or element.first(slug).strip()
    if not words:
        yield Notice(element.name, "has no name: skipped", element.line)
        return
    label = f'tag "{text.cut(words, 60)}"'
    yield from remarks(label, element)
    notes: list[str] = []
    tag = text.tag(words, element.first(slug), notes.append)
    yield from (Notice("the export", note, element.line) for note in notes)
    told = yield from _page(label, element, description)
    yield replace(tag, description=told, is_defined=True)


def remarks(item: str, element: Element) -> Iterator[Notice]:
    """What had to be repaired for this element to be read."""
    return (Notice(item, remark, element.line) for remark in element.remarks)
