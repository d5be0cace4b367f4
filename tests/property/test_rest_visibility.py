"""Who sees what: every address of the REST API says what the rules in `tests.blogs` say."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.asking import Api
from tests.blogs import (
    ACCOUNTS,
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

PAGE_SIZE = 3
STATUSES = ("DRAFT", "SCHEDULED", "PUBLISHED", "ARCHIVED")
IN_POST = (
    "status,permalink,previousSlugs,commentCount,author.postCount,author.posts.id,tags.postCount"
    ",comments.id,relatedPosts.id"
)
IN_COMMENT = "status,author.id,post.id,parent.id,replies.id&replies.limit=3"
viewers = st.sampled_from([None, *ACCOUNTS])


def lists(sight: Sight) -> Iterator[tuple[str, Sequence[Any]]]:
    """Addresses of lists, with all that is in them."""
    yield "posts?", sight.posts()
    for status in STATUSES:
        yield f"posts?status={status}", sight.posts(lambda post, s=status: status_of(post) == s)
    for person in PEOPLE:
        written = sight.posts(lambda post, of=person: post.author_id == of.id)
        yield f"users/{person.id}/posts?", written
        yield f"posts?author={person.id}", written
        yield f"posts?authorUsername={person.username}", written
        said = sight.comments(lambda comment, of=person: comment.author_id == of.id)
        yield f"users/{person.id}/comments?", said
    for id_ in TAG_IDS:
        tagged = sight.posts(lambda post, of=id_: of in post.tag_ids)
        yield f"tags/tag-{id_}/posts?", tagged
        yield f"posts?tag=tag-{id_}", tagged
    for post in sight.posts():
        yield f"posts/{post.id}/comments?", under(sight, post)
    for comment in sight.comments():
        yield f"comments/{comment.id}/replies?", answers(sight, comment)
    if sight.viewer is not None:
        own = [post for post in sight.blog.posts if sight.is_own(post)]
        latest = sorted(own, key=lambda post: (post.updated_at, post.id), reverse=True)
        yield "me/posts?", latest


def objects(sight: Sight) -> Iterator[tuple[str, Any]]:
    """Addresses of objects, with what is to be there; None where nothing is."""
    for post in sight.blog.posts:
        shown = post_answer(sight, post) if sight.sees(post) else None
        yield f"posts/{post.id}?fields={IN_POST}", shown
        yield f"posts/by-slug/{post.slug}?fields={IN_POST}", shown
    for comment in sight.blog.comments:
        heard = comment_answer(sight, comment) if sight.hears(comment) else None
        yield f"comments/{comment.id}?fields={IN_COMMENT}", heard
        parent = heard and heard["parent"]
        named = heard and {"id": comment.id, "parentId": parent["id"] if parent else None}
        yield f"comments/{comment.id}?fields=parentId", named
    for person in PEOPLE:
        yield f"users/{person.id}?fields=postCount,posts.id", user_answer(sight, person.id)
    for id_ in TAG_IDS:
        tagged = sight.posts(lambda post, of=id_: of in post.tag_ids)
        yield f"tags/tag-{id_}?fields=postCount,posts.id", counted(id_, tagged)


def hidden(sight: Sight) -> Iterator[str]:
    """Addresses below what is not to be seen."""
    for post in sight.blog.posts:
        if not sight.sees(post):
            yield from (f"posts/{post.id}/{part}" for part in ("comments", "tags", "related"))
            yield from (f"posts/by-slug/{slug}" for slug in post.previous_slugs)
    for comment in sight.blog.comments:
        if not sight.hears(comment):
            yield f"comments/{comment.id}/replies"


def post_answer(sight: Sight, post: Written) -> dict[str, Any]:
    tags = [
        {"id": id_, "postCount": len(sight.posts(lambda other, of=id_: of in other.tag_ids))}
        for id_ in sorted(post.tag_ids)
    ]
    return {
        "id": post.id,
        "status": status_of(post),
        "permalink": post.permalink,
        "previousSlugs": post.previous_slugs,
        "commentCount": len(under(sight, post)),
        "author": user_answer(sight, post.author_id),
        "tags": tags,
        "comments": ids(under(sight, post)),
        "relatedPosts": ids(sight.related(post)[:5]),
    }


def comment_answer(sight: Sight, comment: Said) -> dict[str, Any]:
    parents = sight.comments(lambda other: other.id == comment.parent_id)
    return {
        "id": comment.id,
        "status": comment.status,
        "author": {"id": comment.author_id},
        "post": {"id": comment.post_id},
        "parent": {"id": parents[0].id} if parents else None,
        "replies": ids(answers(sight, comment)[:PAGE_SIZE]),
    }


def user_answer(sight: Sight, id_: int) -> dict[str, Any]:
    return counted(id_, sight.posts(lambda post: post.author_id == id_))


def counted(id_: int, seen: list[Written]) -> dict[str, Any]:
    return {"id": id_, "postCount": len(seen), "posts": ids(seen)}


def under(sight: Sight, post: Written) -> list[Said]:
    return sight.comments(lambda comment: comment.post_id == post.id)


def answers(sight: Sight, comment: Said) -> list[Said]:
    return sight.comments(lambda other: other.parent_id == comment.id)


def ids(things: Sequence[Any]) -> list[dict[str, int]]:
    return [{"id": thing.id} for thing in things]


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@settings(on_one_database, max_examples=20)
@given(blog=blogs(), viewer=viewers)
async def test_everybody_sees_what_the_rules_say_on_sqlite(api, blog, viewer):
    await assert_sees_what_the_rules_say(api, blog, viewer)


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@settings(on_one_database, max_examples=4)
@given(blog=blogs(), viewer=viewers)
async def test_everybody_sees_what_the_rules_say_on_postgresql(api, blog, viewer):
    await assert_sees_what_the_rules_say(api, blog, viewer)


async def assert_sees_what_the_rules_say(api: Api, blog: Blog, viewer: Person | None) -> None:
    await store(api.resources, blog)
    sight, headers = Sight(blog, viewer), api.headers(viewer)
    for address, seen in lists(sight):
        page = f"/api/{address}&limit={PAGE_SIZE}&fields=id"
        answer = await api.client.get(page, headers=headers)
        assert answer.json() == ids(seen[:PAGE_SIZE]), address
        assert answer.headers["x-total-count"] == str(len(seen)), address
        assert ("link" in answer.headers) is (len(seen) > PAGE_SIZE), address
    for address, shown in objects(sight):
        answer = await api.client.get(f"/api/{address}", headers=headers)
        assert answer.status_code == (200 if shown else 404), address
        assert shown is None or answer.json() == shown, address
    for address in hidden(sight):
        answer = await api.client.get(f"/api/{address}", headers=headers)
        assert answer.status_code == 404, address
