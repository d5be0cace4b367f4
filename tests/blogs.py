"""Small blogs that Hypothesis makes up, how they come into a database, and who sees what of them.

The rules are written down here a second time, in plain Python: a test of them must not ask them.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from graphql_blog.db import models
from graphql_blog.resources import Resources
from tests.factories import LONG_AGO

FUTURE = datetime(2999, 1, 1, tzinfo=UTC)
# Few, so that many things happen at the same instant; in two months.
INSTANTS = [LONG_AGO, LONG_AGO + timedelta(microseconds=1), LONG_AGO + timedelta(days=40)]
# Wrong on purpose: these are for orderings alone, and what is shown must be counted.
STORED_COUNT = 7

on_one_database = settings(
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""For tests that fill one database anew for each example."""


@dataclass(frozen=True)
class Person:
    """A user."""

    id: int
    username: str
    role: str


RAE = Person(1, "rae", "READER")
ANA = Person(2, "ana", "AUTHOR")
BEN = Person(3, "ben", "AUTHOR")
EVE = Person(4, "eve", "EDITOR")
ADAM = Person(5, "adam", "ADMIN")
GUEST = Person(6, "guest", "ANONYMOUS")
ACCOUNTS = (RAE, ANA, BEN, EVE, ADAM)
PEOPLE = (*ACCOUNTS, GUEST)
TAG_IDS = (1, 2, 3)


@dataclass(frozen=True)
class Written:
    """A post."""

    author_id: int
    status: str
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime
    permalink: str | None
    tag_ids: frozenset[int]
    past_slugs: int
    id: int = 0

    @property
    def slug(self) -> str:
        return f"post-{self.id}"

    @property
    def previous_slugs(self) -> list[str]:
        """Latest first."""
        return [f"post-{self.id}-was-{age}" for age in range(self.past_slugs)]

    @property
    def listed_at(self) -> datetime:
        return self.published_at or self.created_at


@dataclass(frozen=True)
class Said:
    """A comment; `back` says which of those before it on the same post it answers, 0 none."""

    post_id: int
    author_id: int
    status: str
    created_at: datetime
    back: int
    id: int = 0
    parent_id: int | None = None


@dataclass(frozen=True)
class Blog:
    """Posts and comments by the same few people, under the same few tags."""

    posts: list[Written]
    comments: list[Said]


_instants = st.sampled_from(INSTANTS)
_publications = st.one_of(
    st.tuples(st.just("PUBLISHED"), _instants),
    st.tuples(st.just("PUBLISHED"), st.just(FUTURE)),
    # An imported draft may have an instant that has come already.
    st.tuples(st.sampled_from(["DRAFT", "ARCHIVED"]), st.none() | _instants),
)
_posts = st.builds(
    lambda publication, **given: Written(
        status=publication[0], published_at=publication[1], **given
    ),
    _publications,
    author_id=st.sampled_from([person.id for person in ACCOUNTS]),
    created_at=_instants,
    updated_at=_instants,
    permalink=st.sampled_from([None, "/2020/a/", "/2020/b"]),
    tag_ids=st.frozensets(st.sampled_from(TAG_IDS)),
    past_slugs=st.integers(0, 2),
)


@st.composite
def blogs(draw: st.DrawFn) -> Blog:
    drawn = draw(st.lists(_posts, min_size=1, max_size=7))
    posts = [replace(post, id=number) for number, post in enumerate(drawn, 1)]
    said = st.builds(
        Said,
        post_id=st.sampled_from([post.id for post in posts]),
        author_id=st.sampled_from([person.id for person in PEOPLE]),
        # Half of them visible, or hardly anybody would see a thread.
        status=st.sampled_from(["VISIBLE", "VISIBLE", "VISIBLE", "PENDING", "SPAM", "DELETED"]),
        created_at=_instants,
        back=st.integers(0, 3),
    )
    return Blog(posts, _threaded(draw(st.lists(said, max_size=12))))


def _threaded(drawn: list[Said]) -> list[Said]:
    comments: list[Said] = []
    for number, comment in enumerate(drawn, 1):
        before = [other.id for other in comments if other.post_id == comment.post_id]
        parent_id = before[-comment.back] if 0 < comment.back <= len(before) else None
        comments.append(replace(comment, id=number, parent_id=parent_id))
    return comments


async def store(resources: Resources, blog: Blog) -> None:
    """The database holds this blog and nothing else."""
    rows: dict[type[models.Base], list[dict[str, Any]]] = {
        models.User: [
            asdict(person) | {"email": f"{person.id}@example.com", "post_count": STORED_COUNT}
            for person in PEOPLE
        ],
        models.Tag: [
            {"id": id_, "slug": f"tag-{id_}", "name": f"Tag {id_}", "post_count": STORED_COUNT}
            for id_ in TAG_IDS
        ],
        models.Post: [_post_row(post) for post in blog.posts],
        models.PastSlug: [
            {"post_id": post.id, "slug": slug, "replaced_at": LONG_AGO - timedelta(days=age)}
            for post in blog.posts
            for age, slug in enumerate(post.previous_slugs)
        ],
        models.PostTag: [
            {"post_id": post.id, "tag_id": tag_id, "listed_at": post.listed_at}
            for post in blog.posts
            for tag_id in sorted(post.tag_ids)
        ],
        models.Comment: [_comment_row(comment) for comment in blog.comments],
    }
    await refill(resources, rows)


async def refill(resources: Resources, rows: dict[type[models.Base], list[dict[str, Any]]]) -> None:
    """The database holds these rows and nothing else."""
    async with resources.transaction() as session:
        for table in reversed(models.Base.metadata.sorted_tables):
            await session.execute(delete(table))
        for model, given in rows.items():
            if given:
                await session.execute(insert(model), given)


def _post_row(post: Written) -> dict[str, Any]:
    row = asdict(post)
    del row["tag_ids"], row["past_slugs"]
    texts = {"slug": post.slug, "title": f"Post {post.id}", "content": "Content"}
    return row | texts | {"comment_count": STORED_COUNT}


def _comment_row(comment: Said) -> dict[str, Any]:
    row = asdict(comment)
    del row["back"]
    return row | {"updated_at": comment.created_at, "content": f"Comment {comment.id}"}


# ---------------------------------------------------------------- who sees what of it


@dataclass(frozen=True)
class Sight:
    """What one viewer, or a stranger, is to see of a blog.

    Published posts whose instant has come are for everybody, all others for their author and
    editors. Of the comments under a post that one sees, the visible ones are for everybody, the
    pending ones for their author and editors, spam and deleted ones for editors alone.
    """

    blog: Blog
    viewer: Person | None

    @property
    def edits(self) -> bool:
        return self.viewer is not None and self.viewer.role in {"EDITOR", "ADMIN"}

    def is_own(self, thing: Written | Said) -> bool:
        return self.viewer is not None and thing.author_id == self.viewer.id

    def sees(self, post: Written) -> bool:
        return status_of(post) == "PUBLISHED" or self.is_own(post) or self.edits

    def hears(self, comment: Said) -> bool:
        allowed = comment.status == "VISIBLE" or (
            comment.status == "PENDING" and self.is_own(comment)
        )
        return self.edits or (allowed and any(p.id == comment.post_id for p in self.posts()))

    def posts(self, wanted: Callable[[Written], bool] = lambda post: True) -> list[Written]:
        """The newest first."""
        seen = [post for post in self.blog.posts if self.sees(post) and wanted(post)]
        return sorted(seen, key=lambda post: (post.listed_at, post.id), reverse=True)

    def comments(self, wanted: Callable[[Said], bool] = lambda comment: True) -> list[Said]:
        """The oldest first."""
        heard = [said for said in self.blog.comments if self.hears(said) and wanted(said)]
        return sorted(heard, key=lambda said: (said.created_at, said.id))

    def related(self, post: Written) -> list[Written]:
        """Those that share most tags first; all tags are equally rare here."""
        others = self.posts(lambda other: other is not post and bool(other.tag_ids & post.tag_ids))
        return sorted(others, key=lambda other: -len(other.tag_ids & post.tag_ids))


def status_of(post: Written) -> str:
    to_come = post.published_at is not None and post.published_at > datetime.now(UTC)
    return "SCHEDULED" if post.status == "PUBLISHED" and to_come else post.status
