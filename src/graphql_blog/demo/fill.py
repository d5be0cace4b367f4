"""Stores the demo blog in an empty database: the same rows with the same ids every time."""

from collections.abc import Iterator
from itertools import count

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from graphql_blog.auth import Passwords, Role
from graphql_blog.db.columns import CommentStatus, PostStatus
from graphql_blog.db.models import Base, Comment, PastSlug, Post, PostTag, Tag, User
from graphql_blog.demo import texts
from graphql_blog.services import counts

ADMIN = "admin"
PASSWORD = "password"
NUMBERED = (User, Tag, Post, Comment)


async def is_empty(session: AsyncSession) -> bool:
    """Whether there is no account yet, and hence nothing at all."""
    return await session.scalar(select(func.count()).select_from(User)) == 0


async def can_log_in(session: AsyncSession, passwords: Passwords) -> bool:
    """Whether the well-known log-in still works: the demo blog is here, and nobody changed it."""
    admin = select(User.password_hash).where(User.username == ADMIN, User.role == Role.ADMIN)
    stored = await session.scalar(admin)
    return stored is not None and (await passwords.check(PASSWORD, stored))[0]


async def fill(session: AsyncSession, passwords: Passwords) -> dict[str, int]:
    """The whole demo blog, in this transaction; tells how many rows each table got."""
    blog = texts.read()
    users = {author.username: id_ for id_, author in enumerate(blog.authors, 1)}
    tags = {tag.slug: id_ for id_, tag in enumerate(blog.tags, 1)}
    posts = {post.slug: id_ for id_, post in enumerate(blog.posts, 1)}
    hashed = await passwords.hash(PASSWORD)
    ids = count(1)

    rows: list[list[Base]] = [
        [_user(author, users, hashed) for author in blog.authors],
        [_tag(tag, tags) for tag in blog.tags],
        [_post(post, posts, users) for post in blog.posts],
        [link for post in blog.posts for link in _tag_links(post, posts, tags)],
        [past for post in blog.posts for past in _past_slugs(post, posts)],
        [
            comment
            for post in blog.posts
            for comment in _thread(post.comments, posts[post.slug], None, users, ids)
        ],
    ]
    for of_one_table in rows:
        session.add_all(of_one_table)
        await session.flush()
    await _number_on(session)
    latest = max(post.updated_at for post in blog.posts)
    await counts.recount(
        session, latest, authors=users.values(), tags=tags.values(), posts=posts.values()
    )
    return {of_one_table[0].__tablename__: len(of_one_table) for of_one_table in rows}


def _user(author: texts.Author, users: dict[str, int], password_hash: str) -> User:
    return User(
        id=users[author.username],
        username=author.username,
        email=author.email,
        display_name=author.name,
        role=Role(author.role),
        password_hash=password_hash,
        created_at=author.created_at,
        bio=author.bio,
        website_url=author.website_url,
    )


def _tag(tag: texts.Tag, tags: dict[str, int]) -> Tag:
    return Tag(id=tags[tag.slug], slug=tag.slug, name=tag.name, description=tag.description)


def _post(post: texts.Post, posts: dict[str, int], users: dict[str, int]) -> Post:
    return Post(
        id=posts[post.slug],
        author_id=users[post.author],
        title=post.title,
        slug=post.slug,
        content=post.content,
        excerpt=post.excerpt,
        status=PostStatus(post.status),
        published_at=post.published_at,
        created_at=post.created_at,
        updated_at=post.updated_at,
        meta_title=post.meta_title,
        meta_description=post.meta_description,
    )


def _tag_links(post: texts.Post, posts: dict[str, int], tags: dict[str, int]) -> Iterator[PostTag]:
    for slug in post.tags:
        yield PostTag(
            post_id=posts[post.slug],
            tag_id=tags[slug],
            listed_at=post.published_at or post.created_at,
        )


def _past_slugs(post: texts.Post, posts: dict[str, int]) -> Iterator[PastSlug]:
    for slug in post.previous_slugs:
        yield PastSlug(slug=slug, post_id=posts[post.slug], replaced_at=post.updated_at)


def _thread(
    comments: tuple[texts.Comment, ...],
    post_id: int,
    parent_id: int | None,
    users: dict[str, int],
    ids: Iterator[int],
) -> Iterator[Comment]:
    """The comments with their replies right behind them."""
    for comment in comments:
        id_ = next(ids)
        yield Comment(
            id=id_,
            post_id=post_id,
            parent_id=parent_id,
            author_id=users[comment.author],
            content=comment.content,
            status=CommentStatus(comment.status),
            created_at=comment.written_at,
            updated_at=comment.written_at,
        )
        yield from _thread(comment.replies, post_id, id_, users, ids)


async def _number_on(session: AsyncSession) -> None:
    """PostgreSQL's sequences do not notice ids that are given."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in (noun.__tablename__ for noun in NUMBERED):
        await session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
        )
