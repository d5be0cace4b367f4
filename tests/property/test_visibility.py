"""Who sees what: every path through GraphQL says what the rules in `tests.blogs` say."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphql_blog.auth import STRANGER
from graphql_blog.graph.ids import node_id
from graphql_blog.services import comments, posts
from tests.asking import Api
from tests.blogs import (
    ACCOUNTS,
    ANA,
    EVE,
    PEOPLE,
    TAG_IDS,
    Blog,
    Person,
    Said,
    Sight,
    Written,
    blogs,
    on_one_database,
    status_of,
    store,
)
from tests.factories import make_comment, make_post

PAGE_SIZE = 3
STATUSES = ("DRAFT", "SCHEDULED", "PUBLISHED", "ARCHIVED")
ADDRESSES = ("/2020/a/", "2020/b", "never-was")

viewers = st.sampled_from([None, *ACCOUNTS])

# ---------------------------------------------------------------- every path, and its answer

PAGE = "{ totalCount nodes { id } edges { node { id } } pageInfo { hasNextPage } }"
PAGED = f"(first: {PAGE_SIZE}) {PAGE}"
POST = f"""
  id status permalink previousSlugs author {{ id postCount posts {{ id }} }} tags {{ id postCount }}
  comments {{ id }} commentsConnection{PAGED} commentCount relatedPosts {{ id }}
"""
COMMENT = f"""
  id moderation: status author {{ id }} post {{ id }} parent {{ id }} repliesConnection{PAGED}
"""
TAG = f"id posts {{ id }} postsConnection{PAGED} postCount"
USER = f"{TAG} commentsConnection{PAGED}"
NODE = f"nodeId ... on Post {{ {POST} }} ... on Comment {{ {COMMENT} }} "
NODE += f"... on User {{ {USER} }} ... on Tag {{ {TAG} }}"
COUNTED = """
  count byStatus { status count } byMonth { month count }
  byTag { tag { id } count } byAuthor { author { id } count }
"""

Path = tuple[str, Any]


def paths(sight: Sight) -> Iterator[Path]:
    """Fields of the query, each with its answer."""
    yield "posts { id }", ids(sight.posts())
    yield f"postsConnection{PAGED}", page(sight.posts())
    yield f"postAggregate {{ {COUNTED} }}", counted(sight.posts())
    yield from nodes(sight)
    yield from single_objects(sight)
    yield from slugs(sight)
    yield from filters(sight)
    yield from accounts(sight)


def nodes(sight: Sight) -> Iterator[Path]:
    answers = {
        **{("Post", p.id): post_answer(sight, p) for p in sight.blog.posts if sight.sees(p)},
        **{("Comment", c.id): comment_answer(sight, c) for c in sight.comments()},
        **{("User", person.id): user_answer(sight, person.id) for person in PEOPLE},
        **{("Tag", id_): tag_answer(sight, id_) for id_ in TAG_IDS},
    }
    asked = [
        *[("Post", post.id) for post in sight.blog.posts],
        *[("Comment", comment.id) for comment in sight.blog.comments],
        *[(noun, id_) for noun in ("User", "Tag") for id_ in TAG_IDS],
        *[(noun, 99) for noun in ("Post", "Comment", "User", "Tag")],
    ]
    named = " ".join(f'"{node_id(*name)}"' for name in asked)
    yield (
        f"nodes(ids: [{named}]) {{ {NODE} }}",
        [answers.get(name) and {"nodeId": node_id(*name), **answers[name]} for name in asked],
    )
    for name in asked:
        shown = answers.get(name) and {"id": answers[name]["id"]}
        yield f'node(id: "{node_id(*name)}") {{ id }}', shown
        yield f"{name[0].lower()}(id: {name[1]}) {{ id }}", shown


def single_objects(sight: Sight) -> Iterator[Path]:
    for id_ in TAG_IDS:
        shown = {"postCount": tag_answer(sight, id_)["postCount"]}
        yield f'tagBySlug(slug: "tag-{id_}") {{ postCount }}', shown
    for person in (ANA, EVE):
        shown = {"postCount": user_answer(sight, person.id)["postCount"]}
        yield f'userByUsername(username: "{person.username}") {{ postCount }}', shown


def slugs(sight: Sight) -> Iterator[Path]:
    for post in sight.blog.posts:
        for slug in (post.slug, *post.previous_slugs):
            yield f'postBySlug(slug: "{slug}") {{ id }}', one(post if sight.sees(post) else None)
    for address in ADDRESSES:
        # Several came from one address: who is hidden must not stand before who is seen.
        there = sight.posts(
            lambda post, at=address: (post.permalink or "").strip("/") == at.strip("/")
        )
        first = min(there, key=lambda post: post.id, default=None)
        yield f'postBySlug(slug: "{address}") {{ id }}', one(first)


def filters(sight: Sight) -> Iterator[Path]:
    cases: list[tuple[str, Callable[[Written], bool]]] = [
        *[(f"status: {{eq: {s}}}", lambda post, s=s: status_of(post) == s) for s in STATUSES],
        ("not: {status: {eq: PUBLISHED}}", lambda post: status_of(post) != "PUBLISHED"),
        (
            "or: [{status: {in: [DRAFT, SCHEDULED]}}, {authorId: {eq: 2}}]",
            lambda post: status_of(post) in {"DRAFT", "SCHEDULED"} or post.author_id == ANA.id,
        ),
        ('tag: {noneOf: ["tag-1"]}', lambda post: 1 not in post.tag_ids),
        ("publishedAt: {isNull: true}", lambda post: post.published_at is None),
    ]
    for text, wanted in cases:
        passed = sight.posts(wanted)
        yield f"posts(filter: {{{text}}}) {{ id }}", ids(passed)
        yield f"postAggregate(filter: {{{text}}}) {{ count }}", {"count": len(passed)}
    drafts = "filter: {status: {eq: DRAFT}}"
    own = sight.posts(lambda post: post.author_id == ANA.id and post.status == "DRAFT")
    yield f"user(id: 2) {{ posts({drafts}) {{ id }} }}", {"posts": ids(own)}
    yield (
        f"user(id: 2) {{ postsConnection({drafts}, first: {PAGE_SIZE}) {PAGE} }}",
        {"postsConnection": page(own)},
    )


def accounts(sight: Sight) -> Iterator[Path]:
    writers = {post.author_id for post in sight.posts()}
    by_name = sorted(ACCOUNTS, key=lambda person: person.username)
    for with_posts in (True, False):
        found = [person for person in by_name if (person.id in writers) is with_posts]
        chosen = f"filter: {{hasPosts: {str(with_posts).lower()}}}"
        yield f"users({chosen}) {{ id }}", ids(found)
        yield f"usersConnection({chosen}) {{ totalCount }}", {"totalCount": len(found)}
    me = sight.viewer
    own = sorted(
        [post for post in sight.blog.posts if sight.is_own(post)],
        key=lambda post: (post.updated_at, post.id),
        reverse=True,
    )
    shown = me and {"user": {"id": str(me.id)}, "postsConnection": page(own)}
    yield f"viewer {{ user {{ id }} postsConnection{PAGED} }}", shown


def post_answer(sight: Sight, post: Written) -> dict[str, Any]:
    said = sight.comments(lambda comment: comment.post_id == post.id)
    author = user_answer(sight, post.author_id)
    return {
        "id": str(post.id),
        "status": status_of(post),
        "permalink": post.permalink,
        "previousSlugs": post.previous_slugs,
        "author": {name: author[name] for name in ("id", "postCount", "posts")},
        "tags": [
            {name: tag_answer(sight, id_)[name] for name in ("id", "postCount")}
            for id_ in sorted(post.tag_ids)
        ],
        "comments": ids(said),
        "commentsConnection": page(said),
        "commentCount": len(said),
        "relatedPosts": ids(sight.related(post)[:5]),
    }


def comment_answer(sight: Sight, comment: Said) -> dict[str, Any]:
    parents = sight.comments(lambda other: other.id == comment.parent_id)
    return {
        "id": str(comment.id),
        "moderation": comment.status,
        "author": {"id": str(comment.author_id)},
        "post": {"id": str(comment.post_id)},
        "parent": one(parents[0] if parents else None),
        "repliesConnection": page(sight.comments(lambda other: other.parent_id == comment.id)),
    }


def user_answer(sight: Sight, id_: int) -> dict[str, Any]:
    written = sight.posts(lambda post: post.author_id == id_)
    said = sight.comments(lambda comment: comment.author_id == id_)
    return {"id": str(id_), **posts_answer(written), "commentsConnection": page(said)}


def tag_answer(sight: Sight, id_: int) -> dict[str, Any]:
    return {"id": str(id_), **posts_answer(sight.posts(lambda post: id_ in post.tag_ids))}


def posts_answer(seen: list[Written]) -> dict[str, Any]:
    return {"posts": ids(seen), "postsConnection": page(seen), "postCount": len(seen)}


def counted(seen: list[Written]) -> dict[str, Any]:
    statuses = Counter(map(status_of, seen))
    months = Counter(f"{post.published_at:%Y-%m}" for post in seen if post.published_at)
    tags = Counter(tag_id for post in seen for tag_id in post.tag_ids)
    authors = Counter(post.author_id for post in seen)
    return {
        "count": len(seen),
        "byStatus": [{"status": s, "count": statuses[s]} for s in STATUSES if statuses[s]],
        "byMonth": [{"month": m, "count": n} for m, n in sorted(months.items(), reverse=True)],
        "byTag": [{"tag": {"id": str(id_)}, "count": n} for id_, n in most_first(tags)],
        "byAuthor": [{"author": {"id": str(id_)}, "count": n} for id_, n in most_first(authors)],
    }


def most_first(counts: Counter[int]) -> list[tuple[int, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def one(thing: Any) -> dict[str, str] | None:
    return None if thing is None else {"id": str(thing.id)}


def ids(things: Iterable[Any]) -> list[dict[str, str]]:
    return [{"id": str(thing.id)} for thing in things]


def page(things: list[Any]) -> dict[str, Any]:
    shown = ids(things[:PAGE_SIZE])
    return {
        "totalCount": len(things),
        "nodes": shown,
        "edges": [{"node": node} for node in shown],
        "pageInfo": {"hasNextPage": len(things) > PAGE_SIZE},
    }


# ---------------------------------------------------------------- asking


@pytest.fixture(name="settings")
def without_limits(settings):
    """All ways are asked for at once."""
    limits = ("aliases", "fields", "merged_fields", "nodes", "cost", "document_length")
    high = {f"max_{limit}": 10**9 for limit in limits}
    return settings.model_copy(update={**high, "max_tokens": 10_000})


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@settings(on_one_database, max_examples=40)
@given(blog=blogs(), viewer=viewers)
async def test_everybody_sees_what_the_rules_say_on_sqlite(api, blog, viewer):
    await assert_sees_what_the_rules_say(api, blog, viewer)


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@settings(on_one_database, max_examples=6)
@given(blog=blogs(), viewer=viewers)
async def test_everybody_sees_what_the_rules_say_on_postgresql(api, blog, viewer):
    await assert_sees_what_the_rules_say(api, blog, viewer)


async def assert_sees_what_the_rules_say(api: Api, blog: Blog, viewer: Person | None) -> None:
    await store(api.resources, blog)
    sight = Sight(blog, viewer)
    asked = {f"path{number}": path for number, path in enumerate(paths(sight))}

    data = await api.data(
        "{" + " ".join(f"{name}: {field}" for name, (field, _) in asked.items()) + "}", by=viewer
    )

    for name, (field, answer) in asked.items():
        assert data[name] == answer, field


# ---------------------------------------------------------------- the clock


async def test_a_post_and_its_comments_appear_at_their_very_instant(resources):
    at = datetime.now(UTC) + timedelta(days=1)
    post = await make_post(resources, published_at=at)
    comment = await make_comment(resources, post)

    async def seen(now: datetime) -> list[tuple[str, int]]:
        shown = [posts.visible_to(STRANGER, now), comments.visible_to(STRANGER, now)]
        async with resources.reading() as session:
            return [
                (type(row).__name__, row.id)
                for rows in shown
                for row in await session.scalars(rows)
            ]

    assert await seen(at - timedelta(microseconds=1)) == []
    assert await seen(at) == [("Post", post.id), ("Comment", comment.id)]


async def test_a_scheduled_post_becomes_visible_by_itself(api, resources):
    at = datetime.now(UTC) + timedelta(seconds=0.5)
    post = await make_post(resources, published_at=at)
    query = f"{{ post(id: {post.id}) {{ status }} posts {{ id }} postAggregate {{ count }} }}"
    hidden = {"post": None, "posts": [], "postAggregate": {"count": 0}}
    shown = {
        "post": {"status": "PUBLISHED"},
        "posts": [{"id": str(post.id)}],
        "postAggregate": {"count": 1},
    }

    asked_at = datetime.now(UTC)
    while (data := await api.data(query)) == hidden:
        assert asked_at < at
        asked_at = datetime.now(UTC)

    assert data == shown
    assert datetime.now(UTC) >= at
