"""Names, titles, addresses and dates of strangers, made into what our tables can hold."""

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.models import SLUG_LENGTH, TITLE_LENGTH, Post, User
from graphql_blog.imports.records import Tag
from graphql_blog.services.slugs import MAX_SLUG, ROOM_FOR_NUMBER, slug_of
from graphql_blog.services.validation import PLAUSIBLE_EMAIL, WEB_ADDRESS

Note: TypeAlias = Callable[[str], None]
"""Takes down a remark on what is being read."""


def _length(column: InstrumentedAttribute[Any]) -> int:
    kind = column.type
    assert isinstance(kind, String)
    return kind.length or 0


USERNAME_LENGTH = _length(User.username)
EMAIL_LENGTH = _length(User.email)
NAME_LENGTH = _length(User.display_name)
URL_LENGTH = _length(User.website_url)
PERMALINK_LENGTH = _length(Post.permalink)
SOURCE_ID_LENGTH = _length(Post.source_id)
MAX_TAGS = 100
"""Of a post that comes from elsewhere: more than the APIs take, so that none is lost."""
WORDS_IN_A_MADE_TITLE = 8
A_PAGE = 4000
"""Characters of a text of any length that are enough to find a title in."""

MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
# What would end or change an address that the slug stands in.
NOT_IN_A_SLUG = re.compile(r"[\s/\\?#%&\"'<>:;,\x00-\x1f\x7f]|^\.+$")
# No "@": a username like an e-mail address would shut its owner out, and show it to everybody.
PLAIN_USERNAME = re.compile(r"[\w.-]{1,42}")


def storable(text: str) -> str:
    """Without NUL and half characters, which are no text and which PostgreSQL refuses."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "")


def plain(text: str) -> str:
    """One line without markup."""
    return " ".join(html.unescape(MARKUP.sub("", text)).split())


def title(text: str, *, otherwise: Iterable[str]) -> tuple[str, str | None]:
    """A title that fits, and a remark when it is not the one given."""
    given = " ".join(text.split())
    if not given:
        given = next((words for words in map(_first_words, otherwise) if words), "Untitled")
        return cut(given, TITLE_LENGTH), f'has no title: called "{cut(given, 60)}"'
    if len(given) > TITLE_LENGTH:
        return cut(given, TITLE_LENGTH), f"its title is cut to {TITLE_LENGTH} characters"
    return given, None


def _first_words(text: str) -> str:
    words = plain(MARKUP.sub(" ", text[:A_PAGE])).split()
    return " ".join(words[:WORDS_IN_A_MADE_TITLE])


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def too_long(limit: int) -> str:
    return f"its text is longer than {limit:,} characters: skipped"


def tag(name: str, nicename: str, note: Note) -> Tag:
    """A tag as its source names it; what had to be changed is noted."""
    made, remark = slug(nicename, otherwise=name)
    item = f'the tag "{cut(name, 60)}"'
    if remark:
        note(f"{item}: its {remark}")
    if len(name) > SLUG_LENGTH:
        note(f"{item}: its name is cut to {SLUG_LENGTH} characters")
    return Tag(made, cut(name, SLUG_LENGTH))


def first_tags(tags: Sequence[Tag], note: Note) -> tuple[Tag, ...]:
    """As many as a post may have."""
    if len(tags) > MAX_TAGS:
        note(f"has {len(tags)} tags: the first {MAX_TAGS} are kept")
    return tuple(tags[:MAX_TAGS])


def slug(given: str, *, otherwise: str) -> tuple[str, str | None]:
    """The slug it had, to the letter where that makes an address, else one made of the words; and a
    remark when it is not the one given.
    """
    given = given.strip()
    decoded = normalize("NFC", unquote(given))
    instead = slug_of(otherwise) if otherwise else ""
    if not given:
        return instead, None
    # What has neither a letter nor a digit is no slug.
    has_letters = any(map(str.isalnum, decoded))
    if has_letters and len(decoded) <= MAX_SLUG and not NOT_IN_A_SLUG.search(decoded):
        return decoded, None
    made = slug_of(decoded, otherwise=instead)
    becomes = f': it becomes "{cut(made, 60)}"' if made else ""
    return made, f'slug "{cut(given, 60)}" cannot be kept{becomes}'


def username(login: str) -> str:
    if PLAIN_USERNAME.fullmatch(login):
        return login
    local_part = login.partition("@")[0]
    return slug_of(local_part, otherwise="author")[: USERNAME_LENGTH - ROOM_FOR_NUMBER].strip("-")


def email(text: str) -> str | None:
    """In small letters, as accounts have it; None when it is none."""
    given = text.strip().lower()
    return given if PLAUSIBLE_EMAIL.fullmatch(given) and len(given) <= EMAIL_LENGTH else None


def web_address(text: str) -> str | None:
    given = text.strip()
    return given if WEB_ADDRESS.fullmatch(given) and len(given) <= URL_LENGTH else None


def path_of(link: str) -> str | None:
    """The path of an address, with its query when there is nothing but the query."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return None
    path = f"/{parts.path.lstrip('/')}"
    if path == "/":
        path = f"/?{parts.query}" if parts.query else ""
    return path if 0 < len(path) <= PERMALINK_LENGTH else None


def instant(text: str) -> datetime | None:
    """`2012-01-07 17:07:21` or the like, in UTC where no offset is given; None when it is none."""
    given = text.strip()
    if not given or given.startswith("0000"):
        return None
    for parse in (datetime.fromisoformat, _with_spaced_offset, parsedate_to_datetime):
        try:
            return in_utc(parse(given))
        except (ValueError, OverflowError, TypeError):
            continue
    return None


def _with_spaced_offset(given: str) -> datetime:
    """`2017-2-5 13:07:09 +0100`, as people write it in front matter."""
    found = re.fullmatch(
        r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
        r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
        given,
    )
    if found is None:
        raise ValueError(given)
    year, month, day, hour, minute, second, offset = found.groups()
    zone = "+00:00" if offset in {None, "Z", "UTC"} else offset
    clock = f"{int(hour or 0):02}:{minute or '00'}:{second or '00'}"
    return datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02} {clock}{zone}")


def remark_on_date(dated: datetime | None, now: datetime) -> str | None:
    """On a published post that does not say when, or says a day to come."""
    if dated is None:
        return "has no date: published at the time of its import"
    return f"is dated {dated:%Y-%m-%d %H:%M} UTC: scheduled for then" if dated > now else None


def in_utc(given: datetime | date) -> datetime:
    """A date is its midnight; an instant without a zone is in UTC."""
    if not isinstance(given, datetime):
        given = datetime.combine(given, time())
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)


def fingerprint(*parts: str) -> str:
    """Twelve characters that stand for these texts."""
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:12]


def source_id(source: str, thing: str) -> str:
    """`source#thing`, within the length of its column; each is cut to a fingerprint if need be."""
    return f"{_at_most(source, 130)}#{_at_most(thing, SOURCE_ID_LENGTH - 131)}"


def _at_most(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 13]}~{fingerprint(text)}"
