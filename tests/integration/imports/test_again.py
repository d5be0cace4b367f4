"""Importing again: what is here is compared, never doubled; dry runs; runs that were stopped."""

from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice

import pytest
from sqlalchemy import func, select, update

from graphql_blog.db.columns import CommentStatus, PostStatus
from graphql_blog.db.models import Comment, PastSlug, Post, Tag, User
from graphql_blog.imports import store, wordpress
from graphql_blog.imports.report import Outcome
from graphql_blog.imports.store.saving import POSTS_A_BATCH
from tests.exports import author, category, comment, item, old_slug, term, wxr
from tests.integration.imports.conftest import NOW

LATER = datetime(2027, 1, 1, tzinfo=UTC)
EXPORT = wxr(
    author(),
    author("bob", 2, email="not an address", name=""),
    category("news", "News", "What is new"),
    item(
        1,
        more=[term("news", "News", "category"), old_slug("one"), comment(1), comment(2, parent=1)],
    ),
    item(2, wp__post_name="post-1", dc__creator="bob"),
    item(3, title="", wp__status="draft", wp__post_date_gmt="", wp__post_modified_gmt=""),
    item(4, dc__creator="", wp__status="future", wp__post_date_gmt="2030-01-01 00:00:00"),
    item(5, wp__post_type="page", more=[comment(9)]),
)


async def test_a_second_run_changes_nothing(import_wordpress, everything):
    await import_wordpress(EXPORT)
    before = await everything()

    report = await import_wordpress(EXPORT, LATER)

    assert await everything() == before
    assert report.outcomes[("posts", Outcome.UNCHANGED)] == 4
    assert {outcome for (_, outcome), count in report.outcomes.items() if count} == {
        Outcome.UNCHANGED
    }


async def test_an_updated_export_updates_what_changed_and_nothing_else(import_wordpress, rows):
    first = wxr(
        author(name="Ana"),
        category("news", "News"),
        item(1, more=[term("news", "News"), comment(1), comment(2)]),
        item(2),
    )
    second = wxr(
        author(name="Ana Maria"),
        category("news", "All news"),
        item(
            1,
            title="New title",
            wp__post_name="new-name",
            wp__post_date_gmt="2013-01-01 00:00:00",
            more=[
                term("other", "Other"),
                comment(1, content="Edited"),
                comment(2),
                comment(3, parent=1),
            ],
        ),
        item(2),
    )
    await import_wordpress(first)

    report = await import_wordpress(second, LATER)

    columns = select(Post.title, Post.slug, Post.version, Post.published_at, Post.comment_count)
    assert await rows(columns.order_by(Post.id)) == [
        ("New title", "new-name", 2, datetime(2013, 1, 1, tzinfo=UTC), 3),
        ("Post 2", "post-2", 1, datetime(2012, 1, 7, 17, 7, 21, tzinfo=UTC), 0),
    ]
    assert await rows(select(PastSlug.slug, PastSlug.post_id)) == [("post-1", 1)]
    assert await rows(select(Tag.name, Tag.post_count).order_by(Tag.id)) == [
        ("All news", 0),
        ("Other", 1),
    ]
    assert await rows(select(Comment.content, Comment.parent_id).order_by(Comment.id)) == [
        ("Edited", None),
        ("Comment 2", None),
        ("Comment 3", 1),
    ]
    assert await rows(select(User.name).where(User.username == "ana")) == ["Ana Maria"]
    assert {
        (noun, outcome.value): count for (noun, outcome), count in report.outcomes.items() if count
    } == {
        ("authors", "updated"): 1,
        ("guests", "unchanged"): 1,
        ("tags", "updated"): 1,
        ("tags", "added"): 1,
        ("posts", "updated"): 1,
        ("posts", "unchanged"): 1,
        ("comments", "updated"): 1,
        ("comments", "unchanged"): 1,
        ("comments", "added"): 1,
    }


async def test_a_post_that_gets_its_former_slug_back_has_it(import_wordpress, rows):
    await import_wordpress(wxr(author(), item(1)))
    await import_wordpress(wxr(author(), item(1, wp__post_name="other")))

    await import_wordpress(wxr(author(), item(1)))

    assert await rows(select(Post.slug)) == ["post-1"]
    assert await rows(select(PastSlug.slug)) == ["other"]


async def test_what_was_changed_here_is_kept(import_wordpress, everything, resources):
    export = wxr(author(), item(1, more=[comment(1, approved="0")]))
    await import_wordpress(export)
    async with resources.transaction() as session:
        post = (await session.scalars(select(Post))).one()
        post.title = "Better title"
        post.touch(NOW)
        moderated = {"status": CommentStatus.VISIBLE, "updated_at": NOW}
        await session.execute(update(Comment).values(moderated))
        await session.execute(update(Post).values(comment_count=1))
    before = await everything()

    report = await import_wordpress(export, LATER)

    assert await everything() == before
    kept = "was changed here since it was imported: kept as it is here"
    assert [line.partition(": ")[2] for line in report.lines] == [
        f'post 1 "Post 1": {kept}',
        f'post 1 "Post 1", comment 1: {kept}',
    ]


async def test_a_newer_change_at_the_source_wins_over_one_made_here(
    import_wordpress, resources, rows
):
    await import_wordpress(wxr(author(), item(1)))
    async with resources.transaction() as session:
        post = (await session.scalars(select(Post))).one()
        post.title = "Ours"
        post.touch(datetime(2012, 3, 1, tzinfo=UTC))

    await import_wordpress(
        wxr(author(), item(1, title="Theirs", wp__post_modified_gmt="2012-04-01 00:00:00"))
    )

    assert await rows(select(Post.title, Post.version)) == [("Theirs", 3)]


async def test_a_dry_run_says_the_same_and_writes_nothing(import_wordpress, everything):
    before = await everything()

    said = await import_wordpress(EXPORT, dry_run=True)
    between = await everything()
    done = await import_wordpress(EXPORT)

    assert between == before
    assert asdict(said) == asdict(done)


async def test_a_dry_run_says_what_would_be_updated(import_wordpress, everything):
    await import_wordpress(wxr(author(), item(1), item(2)))
    before = await everything()

    changed = wxr(author(), item(1, title="New"), item(2), item(3), item(4, wp__post_name="post-3"))
    report = await import_wordpress(changed, dry_run=True)

    assert await everything() == before
    assert [report.outcomes["posts", outcome] for outcome in Outcome] == [2, 1, 1]
    assert [line.rpartition(": the ")[2] for line in report.lines] == [
        'slug "post-3" is taken: it becomes "post-3-2"'
    ]


async def test_a_run_that_was_stopped_goes_on_where_it_was(import_wordpress, resources, rows):
    count = POSTS_A_BATCH + 20
    more = [[term("all", "All"), comment(n)] for n in range(count)]
    export = wxr(author(), *(item(n, more=more[n]) for n in range(count)))

    def until_the_power_fails():
        yield from islice(wordpress.read(BytesIO(export), NOW), POSTS_A_BATCH + 10)
        raise ConnectionError("the power failed")

    with pytest.raises(ConnectionError):
        await store.save(until_the_power_fails(), resources, NOW)
    counted = [
        *await rows(select(Tag.post_count)),
        *await rows(select(User.post_count).where(User.username == "ana")),
        *await rows(select(func.sum(Post.comment_count))),
    ]
    report = await import_wordpress(export)

    assert counted == [POSTS_A_BATCH] * 3
    assert report.outcomes["posts", Outcome.UNCHANGED] == POSTS_A_BATCH
    assert report.outcomes["posts", Outcome.ADDED] == 20
    assert await rows(select(Tag.post_count)) == [count]
    assert await rows(select(User.post_count).where(User.username == "ana")) == [count]


async def test_counters_follow_a_post_to_another_author_and_other_tags(import_wordpress, rows):
    await import_wordpress(
        wxr(author(), author("bob", 2), item(1, more=[term("a", "A"), term("b", "B")]), item(2))
    )

    await import_wordpress(
        wxr(
            *(author(), author("bob", 2)),
            item(1, dc__creator="bob", more=[term("b", "B"), term("c", "C")]),
            item(2, wp__status="draft"),
        )
    )

    users = select(User.username, User.post_count).order_by(User.id)
    assert await rows(users) == [("ana", 0), ("bob", 1)]
    tags = select(Tag.slug, Tag.post_count).order_by(Tag.id)
    assert await rows(tags) == [("a", 0), ("b", 1), ("c", 1)]


async def test_a_post_that_became_visible_while_the_import_ran_is_counted(import_wordpress, rows):
    # The import began long before the clock of today.
    await import_wordpress(wxr(author(), item(1)), datetime(2012, 1, 1, tzinfo=UTC))

    assert await rows(select(User.post_count)) == [1]


async def test_long_comments_and_excerpts_fill_a_batch(import_wordpress, statements):
    more = [[comment(n * 1000 + i, content="x" * 10_000) for i in range(300)] for n in range(6)]
    export = wxr(author(), *(item(n, more=more[n], excerpt__encoded="y") for n in range(6)))

    await import_wordpress(export)

    inserts = [sent for sent in statements if sent.startswith("INSERT INTO posts")]
    assert len(inserts) == 2


async def test_a_batch_takes_as_many_statements_for_many_posts_as_for_few(
    import_wordpress, statements
):
    def export(*numbers: int) -> bytes:
        posts = (
            item(n, more=[term(f"tag-{n % 7}", "Tag"), comment(n, author=f"Guest {n}")])
            for n in numbers
        )
        return wxr(author(), *posts)

    sent = []
    for numbers in (range(1, 11), range(11, 211), range(1, 11), range(11, 211)):
        statements.clear()
        await import_wordpress(export(*numbers))
        sent.append(len(statements))

    assert sent[1] <= sent[0]
    assert sent[2] == sent[3]


async def test_a_scheduled_post_of_an_export_is_not_shown_before_its_time(import_wordpress, rows):
    await import_wordpress(EXPORT)

    shown = select(Post.slug).where(Post.visible_from <= NOW).order_by(Post.id)
    assert await rows(shown) == ["post-1", "post-1-2"]
    drafts = select(Post.slug).where(Post.status == PostStatus.DRAFT)
    assert await rows(drafts) == ["post-3"]
