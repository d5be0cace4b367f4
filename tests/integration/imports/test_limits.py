"""The limits of the APIs are those of an import: what goes past them is said, and never silent."""

import pytest
from sqlalchemy import func, select

from graphql_blog.db.models import SLUG_LENGTH, Comment, PastSlug, Post, PostTag, Tag, User
from graphql_blog.imports.report import LINES_A_KIND, Outcome
from graphql_blog.imports.text import MAX_TAGS
from graphql_blog.services.slugs import MAX_SLUG
from graphql_blog.services.validation import MAX_COMMENT, MAX_CONTENT
from tests.exports import author, category, comment, field, item, old_slug, term, wxr


async def test_a_text_that_is_too_long_loses_its_post_and_no_other(import_wordpress, rows):
    long = item(2, content__encoded="é" * (MAX_CONTENT + 1), more=[comment(1), comment(2)])
    longest = item(1, content__encoded="é" * MAX_CONTENT)

    report = await import_wordpress(wxr(author(), longest, long, item(3)))

    lengths = select(Post.slug, func.length(Post.content)).order_by(Post.id)
    assert await rows(lengths) == [("post-1", MAX_CONTENT), ("post-3", 22)]
    assert not report.is_complete
    assert report.lines == [
        'line 29: post 2 "Post 2": its text is longer than 1,000,000 characters: skipped'
    ]
    assert report.skipped == {
        ("post", "its text is too long"): 1,
        ("comment", "under a skipped post"): 2,
    }


async def test_a_comment_that_is_too_long_is_skipped_and_said(import_wordpress, rows):
    more = [
        comment(1, content="x" * (MAX_COMMENT + 1)),
        comment(2, content="x" * MAX_COMMENT),
        comment(3, parent=1),
    ]

    report = await import_wordpress(wxr(author(), item(1, more=more)))

    lengths = select(func.length(Comment.content), Comment.parent_id)
    assert await rows(lengths.order_by(Comment.content)) == [(9, None), (MAX_COMMENT, None)]
    assert not report.is_complete
    assert [line.partition(": ")[2] for line in report.lines] == [
        "comment 1: its text is longer than 10,000 characters: skipped",
        "comment 3: answers a comment that is not imported: it becomes a comment on the post",
    ]


async def test_a_markdown_file_that_is_too_long_is_skipped_and_said(import_markdown, rows, write):
    write("a.md", "---\ntitle: A\nauthor: Ana\ndate: 2012-01-01\n---\n" + "x" * (MAX_CONTENT + 1))
    write("b.md", b"\xff" * 5_000_000)

    report = await import_markdown(write("c.md", "---\nauthor: Ana\ndate: 2012-01-01\n---\nText"))

    assert await rows(select(Post.slug)) == ["c"]
    assert not report.is_complete
    assert report.lines == [
        "a.md: its text is longer than 1,000,000 characters: skipped",
        "b.md: its text is longer than 1,000,000 characters: skipped",
        'c.md: has no title: called "C"',
    ]


async def test_more_tags_than_the_api_takes_come_in_up_to_a_bound(import_wordpress, rows):
    some = [term(f"tag-{n}", f"Tag {n}") for n in range(MAX_TAGS)]
    many = [*some, term("one-more", "One more"), term("another", "Another")]

    report = await import_wordpress(wxr(author(), item(1, more=some), item(2, more=many)))

    tags = select(PostTag.post_id, func.count()).group_by(PostTag.post_id)
    assert await rows(tags.order_by(PostTag.post_id)) == [(1, MAX_TAGS), (2, MAX_TAGS)]
    assert [line.partition('": ')[2] for line in report.lines] == [
        "has 102 tags: the first 100 are kept"
    ]


async def test_a_file_may_have_as_many_tags(import_markdown, rows, write):
    names = ", ".join(f"tag-{n}" for n in range(MAX_TAGS + 1))

    report = await import_markdown(
        write("a.md", f"---\ntitle: A\nauthor: Ana\ndate: 2012-01-01\ntags: [{names}]\n---\n")
    )

    assert await rows(select(func.count()).select_from(PostTag)) == [MAX_TAGS]
    assert report.lines == ["a.md: has 101 tags: the first 100 are kept"]


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ("../../etc", "etc"),
        ("a" * 300, "a" * MAX_SLUG),
        ("%20", "title"),
        ("-", "title"),
        ("!!!", "title"),
        ("One Two", "one-two"),
    ],
)
async def test_a_slug_that_cannot_be_kept_is_changed_and_said(import_wordpress, rows, given, slug):
    report = await import_wordpress(wxr(author(), item(1, title="Title", wp__post_name=given)))

    assert await rows(select(Post.slug)) == [slug]
    shown = given if len(given) < 60 else f"{given[:59]}…"
    made = slug if len(slug) < 60 else f"{slug[:59]}…"
    assert report.lines == [
        f'line 17: post 1 "Title": its slug "{shown}" cannot be kept: it becomes "{made}"'
    ]


@pytest.mark.parametrize(
    ("given", "slug"), [("%e6%97%a5", "日"), ("", "title"), ("Foo_Bar", "Foo_Bar")]
)
async def test_a_slug_that_can_be_kept_is_kept_to_the_letter(import_wordpress, rows, given, slug):
    report = await import_wordpress(wxr(author(), item(1, title="Title", wp__post_name=given)))

    assert await rows(select(Post.slug)) == [slug]
    assert report.lines == []


async def test_a_slug_of_a_file_that_cannot_be_kept_is_said(import_markdown, rows, write):
    front = "---\ntitle: Some title\nauthor: Ana\ndate: 2012-01-01\n"
    write("a.md", f"{front}slug: ../../etc\n---\n")
    write("b.md", f"{front}slug: '-'\n---\n")

    report = await import_markdown(write("---.md", f"{front}---\n"))

    assert await rows(select(Post.slug).order_by(Post.slug)) == [
        "etc",
        "some-title",
        "some-title-2",
    ]
    assert report.lines == [
        '---.md: its slug "---" cannot be kept: it becomes "some-title"',
        'a.md: its slug "../../etc" cannot be kept: it becomes "etc"',
        'b.md: its slug "-" cannot be kept: it becomes "some-title"',
        'b.md: the slug "some-title" is taken: it becomes "some-title-2"',
    ]


async def test_slugs_of_tags_and_old_slugs_that_cannot_be_kept_are_said(import_wordpress, rows):
    name = "n" * (SLUG_LENGTH + 1)
    more = [old_slug("a/b"), old_slug("%20"), term("x y", "X"), term("long", name)]

    report = await import_wordpress(wxr(author(), category("-", "News"), item(1, more=more)))

    assert await rows(select(Tag.slug).order_by(Tag.id)) == ["news", "x-y", "long"]
    assert await rows(select(PastSlug.slug)) == ["a-b"]
    shown = f"{name[:59]}…"
    assert [line.partition(": ")[2] for line in report.lines] == [
        'the export: the tag "News": its slug "-" cannot be kept: it becomes "news"',
        'post 1 "Post 1": the tag "X": its slug "x y" cannot be kept: it becomes "x-y"',
        f'post 1 "Post 1": the tag "{shown}": its name is cut to 200 characters',
        'post 1 "Post 1": its old slug "a/b" cannot be kept: it becomes "a-b"',
        'post 1 "Post 1": its old slug "%20" cannot be kept',
    ]


async def test_what_authors_say_of_themselves_may_be_a_page_long(import_wordpress, rows):
    bio = field("wp:author_description", "x" * (MAX_COMMENT + 1))
    export = wxr(author().replace("</wp:author>", f"{bio}</wp:author>"), item(1))

    report = await import_wordpress(export)

    assert await rows(select(func.length(User.bio))) == [MAX_COMMENT]
    assert [line.partition(": ")[2] for line in report.lines] == [
        'author "ana": its description is cut to 10,000 characters'
    ]


async def test_lines_of_a_kind_are_counted_once_there_are_many(import_wordpress):
    count = LINES_A_KIND + 50
    posts = (item(n, title="", content__encoded=f'Say "{n}"') for n in range(1, count + 1))

    report = await import_wordpress(wxr(author(), item(0, wp__status="private"), *posts))

    assert report.outcomes["posts", Outcome.ADDED] == count + 1
    assert len(report.notices) == LINES_A_KIND + 1
    assert report.lines[1].endswith(' has no title: called "Say "1""')
    assert report.lines[-1] == "… and 50 more like this: has no title: called …"


async def test_a_damaged_blog_is_incomplete_however_many_lines_are_left_out(import_markdown, write):
    for n in range(LINES_A_KIND + 20):
        folder = write(f"{n}.md", "---\na: [\n---\n")

    report = await import_markdown(folder)

    assert not report.is_complete
    assert len(report.lines) == LINES_A_KIND + 1
    assert report.skipped == {("file", "bad front matter"): LINES_A_KIND + 20}
