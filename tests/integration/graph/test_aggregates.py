"""Counting posts: in all, by status, month, tag and author."""

import pytest

from graphql_blog.auth import Role
from graphql_blog.db.columns import PostStatus
from tests.factories import LONG_AGO, TOMORROW, make_draft, make_post, make_tag, make_user

AGGREGATE = """query ($filter: PostFilter) { postAggregate(filter: $filter) {
  count
  byStatus { status count }
  byMonth { month count }
  byTag { tag { name } count }
  byAuthor { author { username } count }
} }"""

EMPTY = {"count": 0, "byStatus": [], "byMonth": [], "byTag": [], "byAuthor": []}


async def test_an_empty_blog_has_no_posts(api):
    assert await api.data(AGGREGATE) == {"postAggregate": EMPTY}


@pytest.fixture
async def blog(resources):
    ana = await make_user(resources, username="ana")
    ben = await make_user(resources, username="ben")
    news, fun = await make_tag(resources, "news"), await make_tag(resources, "fun")
    january, march = LONG_AGO, LONG_AGO.replace(month=3)
    await make_post(resources, ana, published_at=january, tags=(news, fun))
    await make_post(resources, ana, published_at=march, tags=(fun,))
    await make_post(resources, ben, published_at=march)
    await make_post(resources, ben, published_at=TOMORROW, tags=(news,))
    await make_draft(resources, ben)
    await make_post(resources, ben, status=PostStatus.ARCHIVED, published_at=january, tags=(news,))
    return ben


async def test_strangers_count_what_they_may_read(api, blog):
    assert (await api.data(AGGREGATE))["postAggregate"] == {
        "count": 3,
        "byStatus": [{"status": "PUBLISHED", "count": 3}],
        "byMonth": [{"month": "2020-03", "count": 2}, {"month": "2020-01", "count": 1}],
        "byTag": [
            {"tag": {"name": "fun"}, "count": 2},
            {"tag": {"name": "news"}, "count": 1},
        ],
        "byAuthor": [
            {"author": {"username": "ana"}, "count": 2},
            {"author": {"username": "ben"}, "count": 1},
        ],
    }


async def test_authors_and_editors_count_the_hidden_too(api, resources, blog):
    editor = await make_user(resources, role=Role.EDITOR)
    everything = {
        "count": 6,
        "byStatus": [
            {"status": "DRAFT", "count": 1},
            {"status": "SCHEDULED", "count": 1},
            {"status": "PUBLISHED", "count": 3},
            {"status": "ARCHIVED", "count": 1},
        ],
        "byMonth": [
            {"month": f"{TOMORROW:%Y-%m}", "count": 1},
            {"month": "2020-03", "count": 2},
            {"month": "2020-01", "count": 2},
        ],
        "byTag": [
            {"tag": {"name": "news"}, "count": 3},
            {"tag": {"name": "fun"}, "count": 2},
        ],
        "byAuthor": [
            {"author": {"username": "ben"}, "count": 4},
            {"author": {"username": "ana"}, "count": 2},
        ],
    }

    assert (await api.data(AGGREGATE, by=blog))["postAggregate"] == everything
    assert (await api.data(AGGREGATE, by=editor))["postAggregate"] == everything


async def test_only_what_passes_the_filter_is_counted(api, blog):
    data = await api.data(AGGREGATE, filter={"authorUsername": {"eq": "ben"}})

    assert data["postAggregate"] == {
        "count": 1,
        "byStatus": [{"status": "PUBLISHED", "count": 1}],
        "byMonth": [{"month": "2020-03", "count": 1}],
        "byTag": [],
        "byAuthor": [{"author": {"username": "ben"}, "count": 1}],
    }
    assert (await api.data(AGGREGATE, filter={"id": {"in": []}}))["postAggregate"] == EMPTY


async def test_each_count_is_a_statement_and_only_when_asked_for(api, blog, statements):
    statements.clear()

    await api.data("{ postAggregate { byMonth { count } } }")
    assert len(statements) == 1

    statements.clear()
    await api.data(AGGREGATE)
    # Five counts; the names of the tags; the names of the authors.
    assert len(statements) == 7


async def test_the_first_of_many_can_be_asked_for(api, blog):
    data = await api.data(
        """{ postAggregate {
          byMonth(last: 1) { month } byTag(first: 1) { count } byAuthor(first: 1) { count }
        } }"""
    )

    assert data["postAggregate"] == {
        "byMonth": [{"month": "2020-03"}],
        "byTag": [{"count": 2}],
        "byAuthor": [{"count": 2}],
    }


async def test_months_are_those_of_utc(api, resources):
    await make_post(resources, published_at=LONG_AGO.replace(day=31, hour=23, minute=59))

    data = await api.data("{ postAggregate { byMonth { month count } } }")

    assert data["postAggregate"]["byMonth"] == [{"month": "2020-01", "count": 1}]
