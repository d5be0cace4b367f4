"""Statements are kept from one request to the next, and nothing of a request is kept in them."""

from itertools import permutations

import pytest

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus
from graphql_blog.engine.statements import Statements
from tests.factories import make_comment, make_draft, make_past_slug, make_post, make_tag, make_user


class Checked(Statements):
    """Builds every statement anew as well, and compares it with the one that is kept."""

    def __init__(self, dialect):
        super().__init__(dialect)
        self.built, self.asked = 0, 0

    def get(self, shape, build, graphql_type=None):
        def counted():
            self.built += 1
            return build()

        self.asked += 1
        kept = super().get(shape, counted, graphql_type)
        anew = Statements(self.dialect).get(shape, build, graphql_type)
        assert outline(kept) == outline(anew), shape
        return kept


def outline(statement):
    names = [name for name, _ in statement.parameters]
    return statement.sql, names, statement.names, statement.row


@pytest.fixture
def statements_kept(resources):
    resources.rows.statements = Checked(resources.rows.dialect)
    return resources.rows.statements


@pytest.fixture
async def blog(resources):
    """Two authors with a draft and a comment that waits each, and an editor."""
    ana, ben = await make_user(resources), await make_user(resources)
    editor = await make_user(resources, role=Role.EDITOR)
    tags = (await make_tag(resources, "news"), await make_tag(resources, "fun"))
    for author in (ana, ben):
        post = await make_post(resources, author, tags=tags)
        await make_past_slug(resources, post, f"past-{author.username}")
        await make_draft(resources, author, tags=tags[:1])
        comment = await make_comment(resources, post, author)
        for status in (CommentStatus.PENDING, CommentStatus.SPAM):
            await make_comment(resources, post, author, status=status, parent_id=comment.id)
    return {"ana": ana, "ben": ben, "editor": editor, "stranger": None}


EVERYTHING = """
{
  posts(first: 5) { id status previousSlugs commentCount
    tags { name postCount posts(first: 5) { id } }
    author { name postCount posts(first: 5) { id } postsConnection { totalCount nodes { id } } }
    comments(first: 5) { id status replies: repliesConnection { nodes { id } } }
    commentsConnection { totalCount edges { cursor } }
    relatedPosts { id } }
  postsConnection { totalCount nodes { id } }
  users(first: 9) { id commentsConnection { nodes { id status } } }
  tags(first: 9) { id postsConnection { nodes { id } } }
  post(id: 2) { id } postBySlug(slug: "title") { id }
  viewer { email postsConnection { nodes { id status } } }
  postAggregate { count byStatus { status count } byMonth { month count }
    byTag { tag { name } count } byAuthor { author { name } count } }
}
"""


async def test_everybody_is_answered_alike_whoever_came_before(api, resources, blog):
    alone = {}
    for name, viewer in blog.items():
        resources.rows.statements = Statements(resources.rows.dialect)
        alone[name] = await api.data(EVERYTHING, by=viewer)
    assert len({str(answer) for answer in alone.values()}) == 4

    for order in permutations(blog, 2):
        resources.rows.statements = Statements(resources.rows.dialect)
        for name in order:
            assert await api.data(EVERYTHING, by=blog[name]) == alone[name], (name, order)


ARGUMENTS = [
    "",
    "(first: 1)",
    "(first: 2)",
    "(offset: 1)",
    "(first: 1, offset: 2)",
    "(orderBy: {field: %s})",
    "(orderBy: {field: %s, direction: ASC})",
    "(orderBy: {field: ID, direction: ASC}, first: 1)",
]
PAGES = [
    "",
    "(first: 1)",
    "(last: 1)",
    "(first: 1, orderBy: {field: %s})",
    "(last: 2, orderBy: {field: %s, direction: ASC})",
]
LISTS = {
    "posts%s { id }": "TITLE",
    "users%s { id }": "POST_COUNT",
    "tags%s { id }": "POST_COUNT",
    "users { posts%s { id } }": "UPDATED_AT",
    "tags { posts%s { id } }": "PUBLISHED_AT",
    "posts { comments%s { id } }": "CREATED_AT",
}
CONNECTIONS = {
    "postsConnection%s { edges { cursor node { title } } }": "COMMENT_COUNT",
    "usersConnection%s { edges { cursor } pageInfo { endCursor } }": "CREATED_AT",
    "tagsConnection%s { totalCount edges { cursor } }": "NAME",
    "users { postsConnection%s { edges { cursor } } }": "CREATED_AT",
    "tags { postsConnection%s { edges { cursor } } }": "PUBLISHED_AT",
    "posts { commentsConnection%s { edges { cursor } } }": "ID",
}
DOCUMENTS = [
    f"{{ {field % (given.replace('%s', order))} }}"
    for lists, arguments in ((LISTS, ARGUMENTS), (CONNECTIONS, PAGES))
    for field, order in lists.items()
    for given in arguments
]


def cursors_in(answer):
    """Every cursor that an answer gives."""
    if isinstance(answer, dict):
        found = [answer["cursor"]] if "cursor" in answer else []
        return found + cursors_in(list(answer.values()))
    if isinstance(answer, list):
        return [cursor for value in answer for cursor in cursors_in(value)]
    return []


async def test_a_shape_names_all_that_the_text_of_its_statement_depends_on(
    api, blog, statements_kept
):
    for viewer in blog.values():
        for document in (EVERYTHING, *DOCUMENTS):
            await api.data(document, by=viewer)
        for field, order in CONNECTIONS.items():
            ordered = f"(orderBy: {{field: {order}}})"
            found = await api.data(f"{{ {field % ordered} }}", by=viewer)
            for cursor in cursors_in(found)[:2]:
                for page in (f'first: 1, after: "{cursor}"', f'last: 1, before: "{cursor}"'):
                    given = f"({page}, orderBy: {{field: {order}}})"
                    await api.data(f"{{ {field % given} }}", by=viewer)

    assert statements_kept.asked > 500


async def test_the_second_request_builds_nothing(api, blog, statements_kept):
    await api.data(EVERYTHING, by=blog["ana"])
    built, asked = statements_kept.built, statements_kept.asked

    await api.data(EVERYTHING, by=blog["ben"])

    assert (statements_kept.built, statements_kept.asked) == (built, 2 * asked)
    assert built > 20


async def test_no_more_statements_are_kept_than_there_is_room_for(api, blog, resources):
    resources.rows.statements = Statements(resources.rows.dialect, size=5)

    for document in DOCUMENTS:
        await api.data(document)
        await api.data('{ posts(filter: {title: {contains: "a"}}) { id } }')

    assert len(resources.rows.statements) <= 10
    assert len(resources.rows.statements) >= 6


async def test_a_filter_is_read_anew_with_each_request(api, blog, resources):
    resources.rows.statements = Statements(resources.rows.dialect)
    titles = [post["title"] for post in (await api.data("{ posts { title } }"))["posts"]]
    query = """query ($title: String!, $titles: [String!]!) {
      posts(filter: {title: {eq: $title}}) { title }
      more: posts(filter: {title: {in: $titles}}) { title }
      postsConnection(filter: {title: {contains: $title}}) { totalCount }
      postAggregate(filter: {title: {eq: $title}}) { count }
      users { posts(filter: {title: {startsWith: $title}}) { title } }
    }"""

    found = [
        await api.data(query, title=title, titles=titles[:number])
        for number, title in enumerate(titles, 1)
    ]

    assert len(titles) == 2
    for number, (title, answer) in enumerate(zip(titles, found, strict=True), 1):
        assert answer["posts"] == [{"title": title}]
        assert answer["more"] == [{"title": title} for title in titles[:number]]
        assert answer["postsConnection"] == {"totalCount": 1}
        assert answer["postAggregate"] == {"count": 1}
        assert [post for user in answer["users"] for post in user["posts"]] == [{"title": title}]
