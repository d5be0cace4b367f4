"""Whatever an export or a file holds: it is read to its end, and what comes out can be stored."""

from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from graphql_blog.db.models import SLUG_LENGTH, TITLE_LENGTH
from graphql_blog.errors import BadRequest
from graphql_blog.imports import text, wordpress
from graphql_blog.imports.markdown import front_matter
from graphql_blog.imports.records import Failure, Post
from graphql_blog.services.slugs import ROOM_FOR_NUMBER
from tests.exports import author, comment, item, old_slug, term, wxr

NOW = datetime(2026, 11, 20, tzinfo=UTC)
EXPORT = wxr(
    author(),
    item(1, more=[term("news", "News"), old_slug("one"), comment(1), comment(2, parent=1)]),
    item(2, title=""),
    item(3, wp__post_type="page"),
)
fit_for_xml = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
storable = st.text(fit_for_xml).filter(lambda words: "]]>" not in words)


@given(at=st.integers(0, len(EXPORT)), length=st.integers(0, 50), instead=st.binary(max_size=20))
def test_a_damaged_export_is_read_past_the_damage_or_refused_in_words(at, length, instead):
    damaged = EXPORT[:at] + instead + EXPORT[at + length :]

    records = []
    with suppress(BadRequest):
        records.extend(wordpress.read(BytesIO(damaged), NOW))

    posts = [record for record in records if isinstance(record, Post)]
    assert len(posts) + sum(isinstance(record, Failure) for record in records) <= 4
    for post in posts:
        assert 0 < len(post.title) <= TITLE_LENGTH
        assert 0 < len(post.slug) <= SLUG_LENGTH
        post.content.encode()


@given(title=storable, slug=storable, content=storable, name=storable)
def test_any_text_comes_through_whole_and_fits(title, slug, content, name):
    more = [comment(1, author=name, content=content or "x"), term(slug or "a", name or "b")]
    given_fields = {"title": title, "wp__post_name": slug, "content__encoded": content}

    records = wordpress.read(BytesIO(wxr(author(), item(1, more=more, **given_fields))), NOW)

    (post,) = (record for record in records if isinstance(record, Post))
    assert post.content == content
    assert 0 < len(post.title) <= TITLE_LENGTH
    assert 0 < len(post.slug) <= SLUG_LENGTH - ROOM_FOR_NUMBER
    assert all(0 < len(tag.slug) <= SLUG_LENGTH - ROOM_FOR_NUMBER for tag in post.tags)
    assert all(0 < len(said.author.username) <= text.USERNAME_LENGTH for said in post.comments)
    assert all(len(said.source_id) <= text.SOURCE_ID_LENGTH for said in post.comments)


@given(
    data=st.binary(), opening=st.sampled_from([b"", b"---\n", b"+++\n", b"\xff\xfe", b"---\na: "])
)
def test_any_file_has_a_head_and_a_text_or_a_reason(data, opening):
    with suppress(front_matter.BadFrontMatter):
        document = front_matter.split(opening + data + b"\n---\n")
        assert "\0" not in document.content
        document.content.encode()


@given(login=st.text())
def test_a_username_is_short_and_never_an_e_mail_address(login):
    username = text.username(login)

    assert 0 < len(username) <= text.USERNAME_LENGTH
    assert "@" not in username


@given(words=st.text())
def test_an_instant_is_in_utc_or_none(words):
    found = text.instant(words)

    assert found is None or found.tzinfo is UTC
