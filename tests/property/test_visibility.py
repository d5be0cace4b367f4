"""Nobody reads, counts or finds what they may not see, on any path through the graph."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, PostStatus
from graphql_blog.db.models import Base, Comment, PastSlug, Post, PostTag, Tag, User
from graphql_blog.graph.ids import node_id
from graphql_blog.resources import Resources
from tests.asking import Api
from tests.factories import LONG_AGO, TOMORROW

# What is stored, by what is shown.
STORED = {
    "DRAFT": (PostStatus.DRAFT, None),
    "SCHEDULED": (PostStatus.PUBLISHED, TOMORROW),
    "PUBLISHED": (PostStatus.PUBLISHED, LONG_AGO),
    "ARCHIVED": (PostStatus.ARCHIVED, LONG_AGO),
}
ROLES = [Role.READER, Role.AUTHOR, Role.AUTHOR, Role.EDITOR, Role.ADMIN]
TAGS = 2


@dataclass(frozen=True)
class APost:
    author: int
    status: str
    tags: frozenset[int]


@dataclass(frozen=True)
class AComment:
    post: int
    author: int
    status: str
    answers: int
    """Which of the comments before it under the same post, if there is one."""


@dataclass(frozen=True)
class Blog:
    """A small blog; users, posts, comments and tags are numbered from 1, as their rows are."""

    posts: list[APost]
    comments: list[AComment]
    viewer: int | None

    @property
    def sees_all(self) -> bool:
        return self.viewer is not None and ROLES[self.viewer - 1].includes(Role.EDITOR)

    def sees_post(self, id_: int) -> bool:
        post = self.posts[id_ - 1]
        return self.sees_all or post.status == "PUBLISHED" or post.author == self.viewer

    def sees_comment(self, id_: int) -> bool:
        comment = self.comments[id_ - 1]
        own = comment.status == "PENDING" and comment.author == self.viewer
        shown = comment.status == "VISIBLE" or own
        return self.sees_all or (shown and self.sees_post(comment.post))

    def parent(self, id_: int) -> int | None:
        comment = self.comments[id_ - 1]
        before = [n for n in range(1, id_) if self.comments[n - 1].post == comment.post]
        return before[comment.answers % len(before)] if comment.answers and before else None

    @property
    def seen_posts(self) -> list[int]:
        return [id_ for id_ in range(1, len(self.posts) + 1) if self.sees_post(id_)]

    @property
    def seen_comments(self) -> list[int]:
        return [id_ for id_ in range(1, len(self.comments) + 1) if self.sees_comment(id_)]


USERS = st.integers(1, len(ROLES))


@st.composite
def blogs(draw: st.DrawFn) -> Blog:
    a_post = st.builds(
        APost, USERS, st.sampled_from(list(STORED)), st.frozensets(st.integers(1, TAGS))
    )
    posts = draw(st.lists(a_post, min_size=1, max_size=6))
    a_comment = st.builds(
        AComment,
        st.integers(1, len(posts)),
        USERS,
        st.sampled_from(list(CommentStatus)),
        st.integers(0, 3),
    )
    comments = draw(st.lists(a_comment, max_size=8))
    return Blog(posts, comments, draw(st.none() | USERS))


def rows(blog: Blog) -> list[list[Base]]:
    def at(number: int) -> Any:
        return LONG_AGO + timedelta(minutes=number)

    posts = [
        Post(
            id=id_,
            author_id=post.author,
            title=f"Title {id_}",
            slug=f"slug-{id_}",
            permalink=f"/old/{id_}",
            content="Content",
            status=STORED[post.status][0],
            published_at=STORED[post.status][1],
            created_at=at(id_),
            updated_at=at(id_),
        )
        for id_, post in enumerate(blog.posts, 1)
    ]
    comments = [
        Comment(
            id=id_,
            post_id=comment.post,
            author_id=comment.author,
            parent_id=blog.parent(id_),
            status=comment.status,
            content="Content",
            created_at=at(id_),
        )
        for id_, comment in enumerate(blog.comments, 1)
    ]
    links = [
        PostTag(post_id=id_, tag_id=tag, listed_at=STORED[post.status][1] or at(id_))
        for id_, post in enumerate(blog.posts, 1)
        for tag in post.tags
    ]
    past: list[Base] = [PastSlug(slug=f"past-{n}", post_id=n) for n in range(1, len(posts) + 1)]
    return [[*posts], [*comments], [*links], past]


LISTS = """
  posts(orderBy: {field: ID}) { id }
  postsConnection(orderBy: {field: ID}) { totalCount nodes { id } edges { node { id } } }
"""
COMMENTS = "comments { id } commentsConnection { totalCount nodes { id } } commentCount"
QUERY = f"""query ($nodes: [ID!]!) {{
  posts(orderBy: {{field: ID}}) {{
    id status previousSlugs {COMMENTS}
    comments {{
      post {{ id commentCount }} parent {{ id }} author {{ id }}
      repliesConnection {{ totalCount nodes {{ id }} }}
    }}
    author {{ posts(orderBy: {{field: ID}}) {{ id }} }}
    tags {{ posts(orderBy: {{field: ID}}) {{ id }} }}
  }}
  postsConnection(orderBy: {{field: ID}}) {{
    totalCount nodes {{ id }} edges {{ node {{ id }} }}
  }}
  backwards: postsConnection(last: 50) {{ nodes {{ id }} }}
  nodes(ids: $nodes) {{ __typename id }}
  users(orderBy: {{field: ID}}) {{
    id postCount {LISTS}
    commentsConnection {{ totalCount nodes {{ id post {{ id }} }} }}
  }}
  withPosts: users(filter: {{hasPosts: true}}) {{ id }}
  tags(orderBy: {{field: ID}}) {{ id postCount {LISTS} }}
  postAggregate {{
    count byStatus {{ status count }} byMonth {{ count }}
    byTag {{ tag {{ id }} count }} byAuthor {{ author {{ id }} count }}
  }}
  viewer {{ postsConnection(orderBy: {{field: ID}}) {{ totalCount nodes {{ id }} }} }}
  {" ".join(f"{s}: posts(filter: {{status: {{eq: {s}}}}}) {{ id }}" for s in STORED)}
  {" ".join(f"not{s}: posts(filter: {{not: {{status: {{eq: {s}}}}}}}) {{ id }}" for s in STORED)}
  everything: posts(filter: {{or: [{{id: {{notIn: []}}}}, {{title: {{contains: ""}}}}]}}) {{ id }}
}}"""
ONE_BY_ONE = """query ($id: ID!, $slug: String!, $past: String!, $old: String!, $node: ID!) {
  post(id: $id) { id } byNodeId: post(id: $node) { id } node(id: $node) { id }
  bySlug: postBySlug(slug: $slug) { id } byPast: postBySlug(slug: $past) { id }
  byPermalink: postBySlug(slug: $old) { id }
  posts(filter: {id: {eq: $id}}) { id }
  connection: postsConnection(filter: {slug: {eq: $slug}}) { totalCount }
  aggregate: postAggregate(filter: {id: {eq: $id}}) { count }
}"""


def listed(found: list[dict[str, Any]]) -> list[int]:
    return sorted(int(row["id"]) for row in found)


def assert_connection(connection: dict[str, Any], ids: list[int]) -> None:
    assert connection["totalCount"] == len(ids)
    assert listed(connection["nodes"]) == ids
    if "edges" in connection:
        assert listed([edge["node"] for edge in connection["edges"]]) == ids


def check_lists(blog: Blog, data: dict[str, Any]) -> None:
    seen = blog.seen_posts
    assert listed(data["posts"]) == seen
    assert_connection(data["postsConnection"], seen)
    assert listed(data["backwards"]["nodes"]) == seen
    assert listed(data["everything"]) == seen
    for status in STORED:
        of_status = [id_ for id_ in seen if blog.posts[id_ - 1].status == status]
        assert listed(data[status]) == of_status
        assert listed(data[f"not{status}"]) == sorted(set(seen) - set(of_status))


def check_authors_and_tags(blog: Blog, data: dict[str, Any]) -> None:
    by_author = {
        user: [id_ for id_ in blog.seen_posts if blog.posts[id_ - 1].author == user]
        for user in range(1, len(ROLES) + 1)
    }
    by_tag = {
        tag: [id_ for id_ in blog.seen_posts if tag in blog.posts[id_ - 1].tags]
        for tag in range(1, TAGS + 1)
    }
    for nodes, ids_of in ((data["users"], by_author), (data["tags"], by_tag)):
        assert listed(nodes) == sorted(ids_of)
        for node in nodes:
            ids = ids_of[int(node["id"])]
            assert node["postCount"] == len(ids)
            assert listed(node["posts"]) == ids
            assert_connection(node["postsConnection"], ids)
    for user in data["users"]:
        ids = [n for n in blog.seen_comments if blog.comments[n - 1].author == int(user["id"])]
        assert_connection(user["commentsConnection"], ids)
    assert listed(data["withPosts"]) == [user for user, ids in by_author.items() if ids]
    for post in data["posts"]:
        wrote, tagged = blog.posts[int(post["id"]) - 1].author, blog.posts[int(post["id"]) - 1].tags
        assert listed(post["author"]["posts"]) == by_author[wrote]
        assert [listed(tag["posts"]) for tag in post["tags"]] == [by_tag[t] for t in sorted(tagged)]
        assert post["previousSlugs"] == [f"past-{post['id']}"]
    if blog.viewer is None:
        assert data["viewer"] is None
    else:
        assert_connection(data["viewer"]["postsConnection"], by_author[blog.viewer])
    check_aggregate(blog, data["postAggregate"], by_author, by_tag)


def check_aggregate(
    blog: Blog,
    aggregate: dict[str, Any],
    by_author: dict[int, list[int]],
    by_tag: dict[int, list[int]],
) -> None:
    shown = Counter(blog.posts[id_ - 1].status for id_ in blog.seen_posts)
    assert aggregate["count"] == shown.total()
    assert {found["status"]: found["count"] for found in aggregate["byStatus"]} == shown
    months = sum(month["count"] for month in aggregate["byMonth"])
    assert months == shown.total() - shown["DRAFT"]
    for name, noun, ids_of in (("byAuthor", "author", by_author), ("byTag", "tag", by_tag)):
        counts = {int(found[noun]["id"]): found["count"] for found in aggregate[name]}
        assert counts == {key: len(ids) for key, ids in ids_of.items() if ids}


def check_comments(blog: Blog, data: dict[str, Any]) -> None:
    for post in data["posts"]:
        ids = [n for n in blog.seen_comments if blog.comments[n - 1].post == int(post["id"])]
        assert listed(post["comments"]) == ids
        assert_connection(post["commentsConnection"], ids)
        assert post["commentCount"] == len(ids)
        for comment in post["comments"]:
            assert comment["post"] == {"id": post["id"], "commentCount": len(ids)}
            parent = blog.parent(int(comment["id"]))
            seen = parent is not None and blog.sees_comment(parent)
            assert comment["parent"] == ({"id": str(parent)} if seen else None)
            replies = [n for n in blog.seen_comments if blog.parent(n) == int(comment["id"])]
            assert_connection(comment["repliesConnection"], replies)


def nodes_of(blog: Blog) -> list[tuple[str, int]]:
    posts = [("Post", id_) for id_ in range(1, len(blog.posts) + 2)]
    return posts + [("Comment", id_) for id_ in range(1, len(blog.comments) + 2)]


def check_nodes(blog: Blog, found: list[Any]) -> None:
    seen = {("Post", id_) for id_ in blog.seen_posts}
    seen |= {("Comment", id_) for id_ in blog.seen_comments}
    for (noun, id_), node in zip(nodes_of(blog), found, strict=True):
        shown = {"__typename": noun, "id": str(id_)}
        assert node == (shown if (noun, id_) in seen else None)


async def check_one_by_one(api: Api, blog: Blog, viewer: User | None) -> None:
    for id_ in range(1, len(blog.posts) + 1):
        data = await api.data(
            ONE_BY_ONE,
            by=viewer,
            id=str(id_),
            slug=f"slug-{id_}",
            past=f"past-{id_}",
            old=f"/old/{id_}",
            node=node_id("Post", id_),
        )
        seen = blog.sees_post(id_)
        post = {"id": str(id_)} if seen else None
        for path in ("post", "byNodeId", "node", "bySlug", "byPast", "byPermalink"):
            assert data[path] == post, path
        assert data["posts"] == ([post] if seen else [])
        assert data["connection"] == {"totalCount": int(seen)}
        assert data["aggregate"] == {"count": int(seen)}


@pytest.fixture
async def people_and_tags(resources: Resources) -> None:
    """What is the same in all examples."""
    async with resources.transaction() as session:
        session.add_all(user(id_) for id_ in range(1, len(ROLES) + 1))
        session.add_all(Tag(id=n, name=f"tag {n}", slug=f"tag-{n}") for n in range(1, TAGS + 1))


def user(id_: int) -> User:
    name = f"user{id_}"
    return User(id=id_, username=name, email=f"{name}@example.com", role=ROLES[id_ - 1])


async def check_every_path(client: httpx2.AsyncClient, resources: Resources, blog: Blog) -> None:
    async with resources.transaction() as session:
        await session.execute(delete(Post))
        for of_one_table in rows(blog):
            session.add_all(of_one_table)
            await session.flush()
    api, viewer = Api(client, resources), user(blog.viewer) if blog.viewer else None

    ids = [node_id(noun, id_) for noun, id_ in nodes_of(blog)]
    data = await api.data(QUERY, by=viewer, nodes=ids)

    check_lists(blog, data)
    check_authors_and_tags(blog, data)
    check_comments(blog, data)
    check_nodes(blog, data["nodes"])
    await check_one_by_one(api, blog, viewer)


one_database = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@settings(one_database, max_examples=60)
@given(blog=blogs())
async def test_every_path_shows_exactly_what_the_viewer_may_see(
    client, resources, people_and_tags, blog
):
    await check_every_path(client, resources, blog)


# The rules are written once, so a few examples show that PostgreSQL reads them alike.
@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@settings(one_database, max_examples=10)
@given(blog=blogs())
async def test_postgresql_shows_the_same(client, resources, people_and_tags, blog):
    await check_every_path(client, resources, blog)
