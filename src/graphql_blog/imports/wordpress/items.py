"""An item of an export as a post, or why it is none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from graphql_blog.db.columns import ContentFormat, PostStatus
from graphql_blog.imports import text
from graphql_blog.imports.records import NOBODY, Failure, Notice, Post, Record, Skipped, Tag
from graphql_blog.imports.wordpress import comments
from graphql_blog.imports.wordpress.channel import Channel, creator, remarks
from graphql_blog.imports.wordpress.parser import Element
from graphql_blog.services.validation import MAX_CONTENT

WHY_NOT = {
    "page": "pages are not posts",
    "attachment": "media files are not in an export",
    "nav_menu_item": "menus belong to the theme",
    "revision": "earlier versions are not kept",
}
STATUSES = {
    "publish": PostStatus.PUBLISHED,
    "future": PostStatus.PUBLISHED,
    "draft": PostStatus.DRAFT,
    "pending": PostStatus.DRAFT,
    "auto-draft": PostStatus.DRAFT,
}
SKIPPED_STATUSES = {"trash": "in the trash", "inherit": "part of another item"}
TAG_DOMAINS = {"category", "post_tag", "tag"}
TEXTS = ("content:encoded", "excerpt:encoded")
DATES = ("wp:post_date_gmt", "wp:post_date", "pubDate")


@dataclass(slots=True)
class PostItem:
    """One item on its way to a post, and the remarks made about it."""

    element: Element
    label: str
    notices: list[Record] = field(default_factory=list)

    def note(self, message: str | None) -> None:
        if message:
            self.notices.append(Notice(self.label, message, self.element.line))


def read(channel: Channel, element: Element) -> Iterator[Record]:
    """The post, after the notices about it; or that it is skipped."""
    kind = element.first("wp:post_type").strip() or "post"
    if kind != "post":
        yield from _skipped(element, kind, WHY_NOT.get(kind, "not a post"))
        return
    number = _number(element)
    key = _key(element, number)
    label = f'post {number} "{text.cut(text.plain(element.first("title")[: text.A_PAGE]), 60)}"'
    status = element.first("wp:status").strip()
    if status in SKIPPED_STATUSES:
        yield from _skipped(element, "post", SKIPPED_STATUSES[status])
        yield Notice(label, f"{SKIPPED_STATUSES[status]}: skipped", element.line)
        return
    if hash(key) in channel.post_keys:
        yield from _skipped(element, "post", "its id stands twice in the file")
        yield Notice(label, "another post before it has the same id: skipped", element.line)
        return
    channel.post_keys.add(hash(key))
    if any(len(element.first(name)) > MAX_CONTENT for name in TEXTS):
        yield from _skipped(element, "post", "its text is too long")
        yield Failure(label, text.too_long(MAX_CONTENT), element.line)
        return
    yield from _post(channel, PostItem(element, label, [*remarks(label, element)]), key)


def _skipped(element: Element, kind: str, reason: str) -> Iterator[Record]:
    yield Skipped(kind, reason)
    if count := sum(1 for _ in element.all("wp:comment")):
        yield Skipped("comment", f"under a skipped {kind}", count)


def _number(element: Element) -> str:
    """The item's id; exports of other tools may have it in the address alone."""
    number = element.first("wp:post_id").strip()
    if number:
        return number
    address = element.first("guid") or element.first("link")
    _, _, in_address = address.partition("?p=")
    if in_address.isdecimal():
        return in_address
    return text.fingerprint(address or element.first("title") + element.first("wp:post_date"))


def _key(element: Element, number: str) -> str:
    """The id with the guid, which WordPress never changes: ids alone start anew in a blog that was
    set up again at the same address, and its posts would overwrite those of the former."""
    _, _, guid = element.first("guid").strip().rpartition("://")
    return f"{number}-{text.fingerprint(guid)}" if guid else number


def _post(channel: Channel, item: PostItem, key: str) -> Iterator[Record]:
    element = item.element
    login = element.first("dc:creator").strip()
    if login and login not in channel.by_login:
        yield from creator(channel, login, element.line)
    if not login:
        item.note(f'has no author: attributed to "{NOBODY.username}"')
    content, excerpt = element.first("content:encoded"), element.first("excerpt:encoded")
    title, remark = text.title(
        text.plain(element.first("title")[: text.A_PAGE]), otherwise=(excerpt, content)
    )
    item.note(remark)
    slug, remark = text.slug(element.first("wp:post_name"), otherwise=title)
    item.note(remark and f"its {remark}")
    status = _status(item)
    dated = _dated(item)
    if status is PostStatus.PUBLISHED:
        item.note(text.remark_on_date(dated, channel.now))
    said = comments.read(channel, element, key, dated or channel.now)
    modified = text.instant(element.first("wp:post_modified_gmt"))
    tags, others = _tags(item)
    post = Post(
        source_id=channel.source_id(key),
        label=item.label,
        line=element.line,
        author=channel.by_login.get(login, NOBODY),
        title=title,
        slug=slug,
        content=content,
        content_format=ContentFormat.HTML,
        status=status,
        published_at=dated if status is PostStatus.PUBLISHED else None,
        created_at=dated or modified,
        updated_at=modified or text.instant(element.first("wp:post_modified")),
        excerpt=excerpt if excerpt.strip() else None,
        permalink=_permalink(item),
        tags=tags,
        past_slugs=_past_slugs(item),
        comments=said.comments,
    )
    yield from item.notices
    yield from said.remarks
    if others:
        yield Skipped("term on a post", "neither a category nor a tag", others)
    if fields := _custom_fields(element):
        yield Skipped("custom field", "posts have none here", fields)
    yield post


def _status(item: PostItem) -> PostStatus:
    """What strangers could not read stays unread by strangers."""
    given = item.element.first("wp:status").strip()
    if given == "private":
        item.note("is private: imported as a draft")
    elif item.element.first("wp:post_password"):
        item.note("is protected by a password: imported as a draft")
        return PostStatus.DRAFT
    elif given not in STATUSES:
        item.note(f'has the unknown status "{given}": imported as a draft')
    return STATUSES.get(given, PostStatus.DRAFT)


def _dated(item: PostItem) -> datetime | None:
    for name in DATES:
        given = item.element.first(name).strip()
        found = text.instant(given)
        if found is not None:
            return found
        if given and not given.startswith("0000"):
            item.note(f'"{text.cut(given, 40)}" in {name} is no date')
    return None


def _permalink(item: PostItem) -> str | None:
    link = item.element.first("link").strip()
    path = text.path_of(link)
    if link and path is None and len(link) > text.PERMALINK_LENGTH:
        item.note(f"its address is longer than {text.PERMALINK_LENGTH} characters: not kept")
    return path


def _tags(item: PostItem) -> tuple[tuple[Tag, ...], int]:
    """The categories and tags, each once, and the number of terms that are neither."""
    terms = [term for term in item.element.all("category") if term.text.strip()]
    # WXR 1.0 says each category twice: alone, and with its domain and nicename.
    precise = {term.text for term in terms if term.attributes.get("nicename")}
    found: dict[str, Tag] = {}
    others = 0
    for term in terms:
        nicename = term.attributes.get("nicename", "")
        if term.attributes.get("domain", "category") not in TAG_DOMAINS:
            others += 1
        elif nicename or term.text not in precise:
            name = text.plain(term.text) or term.text.strip()
            tag = text.tag(name, nicename, item.note)
            found.setdefault(tag.slug, tag)
    return text.first_tags([*found.values()], item.note), others


def _past_slugs(item: PostItem) -> tuple[str, ...]:
    slugs: dict[str, None] = {}
    for meta in item.element.all("wp:postmeta"):
        if meta.first("wp:meta_key") == "_wp_old_slug":
            slug, remark = text.slug(meta.first("wp:meta_value"), otherwise="")
            item.note(remark and f"its old {remark}")
            slugs[slug] = None
    return tuple(filter(None, slugs))


def _custom_fields(element: Element) -> int:
    keys = (meta.first("wp:meta_key") for meta in element.all("wp:postmeta"))
    return sum(key != "_wp_old_slug" for key in keys)
