"""A WordPress export as posts, people, tags and threads."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, ContentFormat, PostStatus
from graphql_blog.db.models import Comment, PastSlug, Post, PostTag, Tag, User
from graphql_blog.imports.report import Outcome
from tests.exports import author, category, comment, element, field, item, old_slug, term, wxr

POSTED = datetime(2012, 1, 7, 17, 7, 21, tzinfo=UTC)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
async def test_a_post_keeps_all_it_had(import_wordpress, rows, version):
    content = "<p>Kept\n to the &amp; byte — ünï</p>\n\n[gallery]\n"
    given = {
        "content__encoded": content,
        "excerpt__encoded": "In short",
        "title": "A &amp; <b>B</b>",
    }

    report = await import_wordpress(wxr(author(), item(7, **given), version=version))

    assert report.lines == []
    columns = (
        *(Post.title, Post.slug, Post.content, Post.content_format, Post.excerpt, Post.status),
        *(Post.permalink, Post.published_at, Post.updated_at, Post.version, User.username),
    )
    modified = datetime(2012, 2, 1, 10, tzinfo=UTC)
    assert await rows(select(*columns).join(Post.author)) == [
        (
            *("A & B", "post-7", content, ContentFormat.HTML, "In short", PostStatus.PUBLISHED),
            *("/2012/01/07/post-7/", POSTED, modified, 1, "ana"),
        )
    ]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"wp__status": "draft"}, None),
        ({"wp__status": "pending"}, None),
        ({"wp__status": "private"}, "is private: imported as a draft"),
        ({"wp__post_password": "enter"}, "is protected by a password: imported as a draft"),
        ({"wp__status": "secret"}, 'has the unknown status "secret": imported as a draft'),
    ],
)
async def test_what_strangers_could_not_read_stays_a_draft(import_wordpress, rows, given, line):
    report = await import_wordpress(wxr(author(), item(1, **given)))

    found = await rows(select(Post.status, Post.published_at, Post.created_at))
    assert found == [(PostStatus.DRAFT, None, POSTED)]
    assert report.lines == ([f'line 17: post 1 "Post 1": {line}'] if line else [])


async def test_a_post_of_the_future_is_scheduled(import_wordpress, rows):
    given = {"wp__status": "future", "wp__post_date_gmt": "2030-01-01 19:00:18"}

    report = await import_wordpress(wxr(author(), item(1, **given)))

    scheduled = datetime(2030, 1, 1, 19, 0, 18, tzinfo=UTC)
    assert await rows(select(Post.status, Post.visible_from)) == [(PostStatus.PUBLISHED, scheduled)]
    assert report.lines == [
        'line 17: post 1 "Post 1": is dated 2030-01-01 19:00 UTC: scheduled for then'
    ]


async def test_what_is_no_post_is_counted_and_said(import_wordpress, rows):
    export = wxr(
        author(),
        item(1, wp__post_type="page", more=[comment(1), comment(2)]),
        item(2, wp__post_type="attachment", wp__status="inherit"),
        item(3, wp__post_type="nav_menu_item"),
        item(4, wp__status="trash"),
        item(5, more=[comment(3, type="pingback"), comment(4, type="trackback")]),
        element("wp:term", field("wp:term_taxonomy", "nav_menu"), field("wp:term_slug", "top")),
    )

    report = await import_wordpress(export)

    assert await rows(select(Post.slug)) == ["post-5"]
    assert report.outcomes["posts", Outcome.ADDED] == 1
    assert {kind: count for (kind, _), count in report.skipped.items()} == {
        "page": 1,
        "comment": 2,
        "attachment": 1,
        "nav_menu_item": 1,
        "post": 1,
        "pingback": 1,
        "trackback": 1,
        "term: nav_menu": 1,
    }


async def test_an_empty_title_is_made_from_the_text(import_wordpress, rows):
    given = {"title": "", "content__encoded": "<p>One two three four five six seven eight nine</p>"}

    report = await import_wordpress(
        wxr(author(), item(1, **given), item(2, title="", content__encoded=""))
    )

    titles = await rows(select(Post.title).order_by(Post.id))
    assert titles == ["One two three four five six seven eight", "Untitled"]
    assert [line.partition("has no")[2] for line in report.lines] == [
        ' title: called "One two three four five six seven eight"',
        ' title: called "Untitled"',
    ]


async def test_a_post_without_any_date_is_published_at_the_import_and_stays_there(
    import_wordpress, everything, rows
):
    export = wxr(
        author(), item(1, wp__post_date_gmt="0000-00-00 00:00:00", wp__post_modified_gmt="")
    )
    report = await import_wordpress(export)
    before = await everything()

    await import_wordpress(export, datetime(2027, 1, 1, tzinfo=UTC))

    assert report.lines == [
        'line 17: post 1 "Post 1": has no date: published at the time of its import'
    ]
    assert await rows(select(Post.published_at)) == [datetime(2026, 11, 20, 12, tzinfo=UTC)]
    assert await everything() == before


async def test_an_impossible_date_falls_back_to_the_next(import_wordpress, rows):
    given = {"wp__post_date_gmt": "2012-13-45 99:00:00", "wp__post_date": "2012-01-07 17:07:21"}

    report = await import_wordpress(wxr(author(), item(1, **given)))

    assert await rows(select(Post.published_at)) == [POSTED]
    assert report.lines == [
        'line 17: post 1 "Post 1": "2012-13-45 99:00:00" in wp:post_date_gmt is no date'
    ]


async def test_categories_and_tags_become_tags_that_know_where_their_posts_stand(
    import_wordpress, rows
):
    export = wxr(
        author(),
        category("news", "News", "What is new"),
        item(
            1,
            more=[term("news", "News", "category"), term("%e6%97%a5", "日"), term("news", "news")],
        ),
        item(2, more=[term("post-format-aside", "Aside", "post_format")]),
    )

    report = await import_wordpress(export)

    columns = select(Tag.slug, Tag.name, Tag.description, Tag.post_count)
    assert await rows(columns.order_by(Tag.id)) == [
        ("news", "News", "What is new", 1),
        ("日", "日", None, 1),
    ]
    assert await rows(select(PostTag.listed_at)) == [POSTED, POSTED]
    assert report.skipped["term on a post", "neither a category nor a tag"] == 1


async def test_a_category_that_version_1_0_says_twice_is_one(import_wordpress, rows):
    twice = element("category", "<![CDATA[C & A]]>") + term("c-and-a", "C & A", "category")

    await import_wordpress(wxr(author(), item(1, more=[twice]), version="1.0"))

    assert await rows(select(Tag.slug, Tag.name)) == [("c-and-a", "C & A")]


async def test_fields_of_plugins_are_no_markup(import_wordpress, rows):
    meta = element("wp:meta_key", "key") + element("wp:meta_value", "value")
    end = "</wp:category>"
    news = category("news", "News").replace(end, element("wp:termmeta", meta) + end)
    said = comment(1).replace("</wp:comment>", element("wp:commentmeta", meta) + "</wp:comment>")

    report = await import_wordpress(wxr(author(), news, item(1, more=[said])))

    assert await rows(select(Tag.name)) == ["News"]
    assert report.lines == []


async def test_old_slugs_lead_to_the_post(import_wordpress, rows):
    export = wxr(author(), item(1, more=[old_slug("first"), old_slug("post-2")]), item(2))

    report = await import_wordpress(export)

    assert await rows(select(PastSlug.slug, Post.slug).join(Post)) == [("first", "post-1")]
    assert report.lines == [
        'line 17: post 1 "Post 1": its old slug "post-2" leads to another post: not kept'
    ]


async def test_duplicate_slugs_get_a_number_and_keep_it(import_wordpress, everything, rows):
    export = wxr(author(), *(item(n, wp__post_name="same") for n in (1, 2, 3)))

    report = await import_wordpress(export)
    before = await everything()
    again = await import_wordpress(export)

    assert await rows(select(Post.slug).order_by(Post.id)) == ["same", "same-2", "same-3"]
    assert [line.partition(": the ")[2] for line in report.lines] == [
        'slug "same" is taken: it becomes "same-2"',
        'slug "same" is taken: it becomes "same-3"',
    ]
    assert again.lines == []
    assert await everything() == before


async def test_comments_keep_their_thread_though_the_answer_comes_first(import_wordpress, rows):
    more = [comment(3, parent=2), comment(2, parent=1), comment(1), comment(4, parent=99)]

    report = await import_wordpress(wxr(author(), item(1, more=more)))

    found = await rows(select(Comment.id, Comment.parent_id, Comment.content))
    content_of = {comment_id: content for comment_id, _, content in found}
    assert {(content, content_of.get(above)) for _, above, content in found} == {
        ("Comment 3", "Comment 2"),
        ("Comment 2", "Comment 1"),
        ("Comment 1", None),
        ("Comment 4", None),
    }
    assert [line.partition("comment 4: ")[2] for line in report.lines] == [
        "answers a comment that is not imported: it becomes a comment on the post"
    ]
    assert await rows(select(Post.comment_count)) == [4]


async def test_comments_that_answer_each_other_in_a_circle_are_cut_apart(import_wordpress, rows):
    more = [comment(1, parent=2), comment(2, parent=1), comment(3, parent=3)]

    report = await import_wordpress(wxr(author(), item(1, more=more)))

    found = await rows(
        select(Comment.content, Comment.parent_id.is_(None)).order_by(Comment.content)
    )
    assert found == [("Comment 1", True), ("Comment 2", False), ("Comment 3", True)]
    assert len(report.lines) == 2


async def test_a_guest_is_one_user_whose_e_mail_is_not_kept(import_wordpress, rows):
    more = [
        comment(1),
        comment(2),
        comment(3, author="", author_email="", author_url="javascript:x"),
    ]

    await import_wordpress(wxr(author(), item(1, more=more)))

    guests = select(User.name, User.website_url, User.password_hash, User.email)
    found = await rows(guests.where(User.role == Role.ANONYMOUS).order_by(User.id))
    assert [guest[:3] for guest in found] == [
        ("Jane Doe", "https://jane.example/", None),
        ("Anonymous", None, None),
    ]
    assert all(email.endswith("@guests.invalid") for *_, email in found)


async def test_a_comment_of_an_author_is_theirs_by_id_and_never_by_e_mail(import_wordpress, rows):
    signed = {"author": "Ana", "author_email": "ana@blog.example"}
    more = [comment(1, user_id="5", **signed), comment(2, **signed)]

    await import_wordpress(wxr(author(number=5), item(1, more=more)))

    roles = select(Comment.content, User.role).join(User, User.id == Comment.author_id)
    assert await rows(roles.order_by(Comment.content)) == [
        ("Comment 1", Role.AUTHOR),
        ("Comment 2", Role.ANONYMOUS),
    ]


async def test_comments_keep_what_moderation_made_of_them(import_wordpress, rows):
    states = {"1": "VISIBLE", "0": "PENDING", "spam": "SPAM", "trash": "DELETED"}
    more = [comment(n, approved=state) for n, state in enumerate(states)]

    await import_wordpress(wxr(author(), item(1, more=more)))

    found = await rows(select(Comment.status).order_by(Comment.content))
    assert found == [CommentStatus(status) for status in states.values()]
    assert await rows(select(Post.comment_count)) == [1]


async def test_authors_can_write_but_have_no_password(import_wordpress, rows):
    export = wxr(author("ana@home", email="Ana@Blog.example"), item(1, dc__creator="ana@home"))

    await import_wordpress(export)

    columns = select(User.username, User.email, User.role, User.password_hash, User.post_count)
    assert await rows(columns) == [("ana", "ana@blog.example", Role.AUTHOR, None, 1)]


async def test_authors_who_are_not_listed_are_made_from_the_name_and_told_once(
    import_wordpress, rows
):
    export = wxr(
        item(1, dc__creator="Jo Doe"), item(2, dc__creator="Jo Doe"), item(3, dc__creator="")
    )

    report = await import_wordpress(export)

    assert await rows(select(User.username, User.name).order_by(User.id)) == [
        ("jo-doe", "Jo Doe"),
        ("imported", "imported"),
    ]
    assert [line.partition(": ")[2] for line in report.lines] == [
        'author "Jo Doe": is not among the export\'s authors: an account is made from the name',
        'post 3 "Post 3": has no author: attributed to "imported"',
    ]


async def test_an_account_of_the_same_e_mail_is_that_author(import_wordpress, resources, rows):
    async with resources.transaction() as session:
        session.add(User(username="boss", email="ana@blog.example", role=Role.ADMIN))
        session.add(User(username="bob", email="other@blog.example"))

    report = await import_wordpress(
        wxr(author("ana"), author("bob", 2), item(1), item(2, dc__creator="bob"))
    )

    assert await rows(select(Post.slug, User.username).join(Post.author).order_by(Post.id)) == [
        ("post-1", "boss"),
        ("post-2", "bob-2"),
    ]
    assert [line.partition(": ")[2] for line in report.lines] == [
        'author "ana": has the e-mail of the account "boss": it is theirs',
        'author "bob": the username is taken: it becomes "bob-2"',
    ]


async def test_a_post_of_the_same_id_from_a_blog_set_up_anew_is_another_post(
    import_wordpress, rows
):
    await import_wordpress(wxr(author(), item(1, guid="https://blog.example/?p=1")))

    await import_wordpress(wxr(author(), item(1, guid="https://blog.example/new", title="New")))

    assert await rows(select(Post.title, Post.slug).order_by(Post.id)) == [
        ("Post 1", "post-1"),
        ("New", "post-1-2"),
    ]


async def test_the_second_of_two_posts_with_one_id_is_skipped_and_said(import_wordpress, rows):
    report = await import_wordpress(wxr(author(), item(1), item(1, title="Again")))

    assert await rows(select(Post.title)) == ["Post 1"]
    assert [line.partition(": ")[2] for line in report.lines] == [
        'post 1 "Again": another post before it has the same id: skipped'
    ]
