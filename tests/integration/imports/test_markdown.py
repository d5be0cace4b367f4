"""A folder of Markdown files as posts: Jekyll's, Hugo's and Zola's, and any other."""

import os
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from graphql_blog.db.columns import ContentFormat, PostStatus
from graphql_blog.db.models import PastSlug, Post, PostTag, Tag, User
from graphql_blog.errors import BadRequest
from graphql_blog.imports import markdown
from graphql_blog.imports.records import Post as Read
from graphql_blog.imports.report import Outcome
from tests.integration.imports.conftest import NOW

NAMED = "---\ntitle: Title\nauthor: Ana\n---\n"


async def test_a_post_of_jekyll(import_markdown, rows, write):
    folder = write(
        "_posts/2012-01-31-my-post.markdown",
        "---\nlayout: post\ntitle: 'My: post'\ndate: 2012-02-01 10:30:00 +0100\n"
        "categories: Foo bar\ntags: [one, Two words]\nauthor: ana\nexcerpt: Short\n---\n\n"
        "# {{ page.title }}\n\n{% include x.html %}  \n",
    )
    write("about.md", NAMED)

    report = await import_markdown(folder)

    dated = datetime(2012, 2, 1, 9, 30, tzinfo=UTC)
    columns = (
        *(Post.title, Post.slug, Post.content, Post.content_format, Post.status, Post.excerpt),
        *(Post.published_at, Post.permalink, User.username),
    )
    assert await rows(select(*columns).join(Post.author)) == [
        (
            *("My: post", "my-post", "# {{ page.title }}\n\n{% include x.html %}  "),
            *(ContentFormat.MARKDOWN, PostStatus.PUBLISHED, "Short"),
            *(dated, "/foo/bar/2012/02/01/my-post.html", "ana"),
        )
    ]
    assert await rows(select(Tag.slug, Tag.name).order_by(Tag.id)) == [
        ("foo", "Foo"),
        ("bar", "bar"),
        ("one", "one"),
        ("two-words", "Two words"),
    ]
    assert await rows(select(PostTag.listed_at).distinct()) == [dated]
    assert report.lines == []
    assert report.skipped == {("file", "neither in _posts nor in _drafts"): 1}


async def test_a_post_of_hugo_is_a_file_or_a_folder_of_its_own(import_markdown, rows, write):
    write(
        "content/blog/bundle/index.md",
        '+++\ntitle = "Bundle"\ndate = 2020-05-01T10:00:00+02:00\nlastmod = 2020-06-01\n'
        'tags = ["Go"]\naliases = ["/old-name/", "/2019/01/older/"]\n'
        'authors = ["Ana"]\n+++\nText\n',
    )
    write("content/blog/_index.md", "+++\ntitle = 'Blog'\n+++\n")
    write("content/_index.md", "")
    write("themes/x/README.md", "not ours")
    folder = write("content/blog/file.md", f"{NAMED[:-4]}date: 2020-05-02\nslug: named\n---\nText")

    report = await import_markdown(folder)

    columns = select(Post.title, Post.slug, Post.permalink, Post.published_at, Post.updated_at)
    assert await rows(columns.order_by(Post.published_at)) == [
        (
            *("Bundle", "bundle", "/2019/01/older/"),
            *(datetime(2020, 5, 1, 8, tzinfo=UTC), datetime(2020, 6, 1, tzinfo=UTC)),
        ),
        ("Title", "named", "/blog/named/", *[datetime(2020, 5, 2, tzinfo=UTC)] * 2),
    ]
    assert await rows(select(PastSlug.slug)) == ["old-name"]
    assert report.skipped["section page", "not a post"] == 2
    assert report.skipped["file", "not in content"] == 1


async def test_a_post_of_zola(import_markdown, rows, write):
    folder = write(
        "content/2021-03-04-zola.md",
        '+++\ntitle = "Zola"\npath = "words/zola"\nupdated = 2021-04-01\n'
        '[taxonomies]\ntags = ["rust"]\ncategories = ["Web"]\n[extra]\nauthor = "Bo"\n+++\nText',
    )

    await import_markdown(folder)

    columns = select(Post.slug, Post.permalink, Post.published_at, User.name).join(Post.author)
    dated = datetime(2021, 3, 4, tzinfo=UTC)
    assert await rows(columns) == [("zola", "/words/zola", dated, "Bo")]
    assert await rows(select(Tag.name).order_by(Tag.id)) == ["Web", "rust"]


@pytest.mark.parametrize(
    ("name", "front"),
    [
        ("_drafts/idea.md", ""),
        ("_posts/2012-01-01-a.md", "published: false\n"),
        ("content/a.md", "draft: true\ndate: 2012-01-01\n"),
    ],
)
async def test_drafts_stay_drafts(import_markdown, rows, write, name, front):
    write("_posts/2010-01-01-other.md", NAMED) if name.startswith("_") else None

    await import_markdown(write(name, f"---\ntitle: Draft\nauthor: Ana\n{front}---\nText"))

    found = select(Post.status, Post.published_at).where(Post.title == "Draft")
    assert await rows(found) == [(PostStatus.DRAFT, None)]


async def test_a_date_to_come_is_scheduled(import_markdown, rows, write):
    report = await import_markdown(write("_posts/2030-01-01-later.md", NAMED))

    assert await rows(select(Post.visible_from)) == [datetime(2030, 1, 1, tzinfo=UTC)]
    assert report.lines == [
        "_posts/2030-01-01-later.md: is dated 2030-01-01 00:00 UTC: scheduled for then"
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("---\ntitle: [open\n---\nText", "bad YAML in the front matter: "),
        ("---\n- a\n- list\n---\nText", "the front matter is a list, not a mapping"),
        ("---\ntitle: never closed\n\nText", "the front matter does not end"),
        ("+++\ntitle = nothing\n+++\nText", "bad TOML in the front matter: "),
        (f"---\ntitle: {'[' * 50_000}\n---\n", "bad YAML in the front matter: more than 20 levels"),
        (f"---\n{'- ' * 5000}a\n---\n", "bad YAML in the front matter: more than 20 levels"),
        (f"---\na: {'x' * 100_000}\n---\n", "the front matter is longer than 100,000 characters"),
        (f"+++\na = {'[' * 50_000}\n+++\n", "bad TOML in the front matter: "),
        (f'{{"a": {"[" * 50_000}\n', "bad JSON in the front matter: "),
        ('{"title": "never closed"\n\nText', "bad JSON in the front matter: "),
        (f'{{"a": "{"x" * 100_000}"}}', "the front matter is longer than 100,000 characters"),
    ],
)
async def test_a_file_with_a_bad_head_is_skipped_and_the_rest_comes_in(
    import_markdown, rows, write, text, why
):
    write("bad.md", text)

    report = await import_markdown(write("good.md", NAMED))

    assert await rows(select(Post.slug)) == ["good"]
    assert report.skipped == {("file", "bad front matter"): 1}
    assert report.lines[0].startswith(f"bad.md: skipped: {why}")
    assert not report.is_complete


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("title: 2013", "2013"),
        ("title: yes", "yes"),
        ("title: 2012-01-01", "2012-01-01"),
        ("title: null", "Some name"),
        ("title: [a, list]", "Some name"),
        ('title: "\\0😀 <b> & c"', "😀 <b> & c"),
    ],
)
def test_a_title_is_the_words_that_were_written(write, front, title):
    folder = markdown.find(write("some-name.md", f"---\n{front}\n---\nText"))

    posts = [record for record in markdown.read(folder, NOW) if isinstance(record, Read)]

    assert [post.title for post in posts] == [title]


async def test_what_a_head_does_not_say_is_found_elsewhere_and_said(import_markdown, rows, write):
    write("2011-04-12-plain.md", b"\xef\xbb\xbf# A heading #\r\n\r\nText\r\n")

    report = await import_markdown(write("latin.md", b"---\ndate: someday\n---\nCaf\xe9\0"))

    columns = select(Post.title, Post.content, Post.published_at).order_by(Post.id)
    assert await rows(columns) == [
        ("A heading", "# A heading #\r\n\r\nText", datetime(2011, 4, 12, tzinfo=UTC)),
        ("Latin", "Café", datetime(2026, 11, 20, 12, tzinfo=UTC)),
    ]
    assert report.lines == [
        '2011-04-12-plain.md: has no title: called "A heading"',
        "latin.md: is not in UTF-8: read as Windows-1252",
        "latin.md: NUL characters removed",
        'latin.md: has no title: called "Latin"',
        'latin.md: "someday" is no date',
        "latin.md: has no date: published at the time of its import",
        'the folder: 2 post(s) name no author: attributed to "imported"',
    ]


async def test_a_head_of_hugo_may_be_json(import_markdown, rows, write):
    head = (
        '{\n  "title": "A {json} head",\n  "date": "2020-05-01",\n  "draft": true, "tags": ["a"]\n}'
    )
    write("content/liquid.md", "{% include x.html %}\n{}")

    await import_markdown(write("content/json.md", f"{head}\n\nText {{}}"))

    columns = select(Post.title, Post.status, Post.created_at, Post.content).order_by(Post.id)
    assert await rows(columns) == [
        ("A {json} head", PostStatus.DRAFT, datetime(2020, 5, 1, tzinfo=UTC), "Text {}"),
        ("Liquid", PostStatus.PUBLISHED, NOW, "{% include x.html %}\n{}"),
    ]
    assert await rows(select(Tag.slug)) == ["a"]


async def test_a_number_too_long_to_be_said_is_no_word(import_markdown, rows, write):
    await import_markdown(write("a.md", f"+++\ntitle = 0x{'f' * 9000}\n+++\nText"))

    assert await rows(select(Post.title)) == ["A"]


async def test_a_pipe_in_the_folder_is_left_alone(import_markdown, rows, write):
    folder = write("a.md", NAMED)
    os.mkfifo(folder / "pipe.md")

    report = await import_markdown(folder)

    assert await rows(select(Post.slug)) == ["a"]
    assert "pipe.md: skipped: it is not a regular file" in report.lines


async def test_two_rules_in_a_text_are_no_head(import_markdown, rows, write):
    text = "---\nA line between rules\n---\n\nText"

    await import_markdown(write("rules.md", text))

    assert await rows(select(Post.content)) == [text]


async def test_authors_are_named_or_described(import_markdown, rows, write):
    described = "---\ntitle: A\nauthor: {name: Ana Maria, email: ANA@blog.example}\n---\n"
    write("a.md", described)

    report = await import_markdown(write("b.md", "---\ntitle: B\nauthors: [Bo, Cy]\n---\n"))

    assert await rows(select(User.username, User.name, User.email).order_by(User.id).limit(1)) == [
        ("ana-maria", "Ana Maria", "ana@blog.example")
    ]
    assert await rows(select(User.name).order_by(User.id)) == ["Ana Maria", "Bo"]
    assert 'b.md: has 2 authors: attributed to the first, "Bo"' in report.lines


async def test_links_that_leave_the_folder_are_not_followed(import_markdown, rows, tmp_path, write):
    (tmp_path / "secret.md").write_text(NAMED)
    folder = write("inside.md", NAMED)
    (folder / "leak.md").symlink_to(tmp_path / "secret.md")
    (folder / "loop").symlink_to(folder)

    report = await import_markdown(folder)

    assert await rows(select(Post.slug)) == ["inside"]
    assert report.lines[:2] == [
        "loop: skipped: a link to a folder",
        "leak.md: skipped: a link that leads out of the folder",
    ]


async def test_other_files_are_counted(import_markdown, rows, write):
    write("README.md", "# Read me")
    write("image.png", b"\x89PNG")
    write("_site/built.html", "built")
    write(".git/config", "")

    report = await import_markdown(write("post.html", NAMED + "<p>Text</p>"))

    assert await rows(select(Post.content_format)) == [ContentFormat.HTML]
    assert report.skipped == {
        ("file", "it is about the folder"): 1,
        (".png file", "not Markdown"): 1,
        ("folder _site", "holds no sources"): 1,
        ("folder .git", "holds no sources"): 1,
    }


async def test_a_second_run_changes_nothing_and_a_changed_file_is_updated(
    import_markdown, everything, rows, write
):
    folder = write("_posts/2012-01-31-a.md", "---\ntitle: A\ntags: x\n---\nText")
    write("_posts/2012-02-01-a.md", NAMED)
    await import_markdown(folder)
    before = await everything()

    again = await import_markdown(folder, datetime(2027, 1, 1, tzinfo=UTC))
    unchanged = await everything()
    write("_posts/2012-01-31-a.md", "---\ntitle: B\nslug: b\n---\nText")
    report = await import_markdown(folder)

    assert unchanged == before
    assert again.outcomes["posts", Outcome.UNCHANGED] == 2
    assert report.outcomes["posts", Outcome.UPDATED] == 1
    assert await rows(select(Post.title, Post.slug, Post.version).order_by(Post.id)) == [
        ("B", "b", 2),
        ("Title", "a-2", 1),
    ]
    assert await rows(select(PastSlug.slug)) == ["a"]
    assert await rows(select(PostTag.tag_id)) == []


@pytest.mark.parametrize(
    ("name", "message"), [("none", "no such folder"), ("a.md", "not a folder")]
)
def test_what_is_no_folder_is_refused_in_words(write, name, message):
    folder = write("a.md", NAMED)

    with pytest.raises(BadRequest, match=message):
        markdown.find(folder / name)
