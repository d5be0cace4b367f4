"""The fields and embeds of each noun. Names are those of GraphQL where they mean the same."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from graphql_blog.db.columns import ContentFormat
from graphql_blog.db.models import Comment, Post, User, status_at
from graphql_blog.rest.objects import sources
from graphql_blog.rest.objects.fields import Few, Field, First, Found, One, Table, column
from graphql_blog.rest.objects.nouns import COMMENT, POST, TAG, USER, VIEWER, Noun
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.rest.objects.sources import Listed
from graphql_blog.services import comments, content, policy, posts
from graphql_blog.services.policy import Action
from graphql_blog.services.validation import MAX_TAGS

ROOT = "/api"
FEW_RELATED = 5

NEWEST_FIRST = posts.ordering("PUBLISHED_AT", descending=True)
LAST_CHANGED_FIRST = posts.ordering("UPDATED_AT", descending=True)
OLDEST_FIRST = comments.ordering("CREATED_AT", descending=False)


def post_address(id_: int) -> str:
    return f"{ROOT}/posts/{id_}"


def user_address(id_: int) -> str:
    return f"{ROOT}/users/{id_}"


def comment_address(id_: int) -> str:
    return f"{ROOT}/comments/{id_}"


def tag_address(slug: str) -> str:
    return f"{ROOT}/tags/{quote(slug, safe='')}"


def _links(address: str, *parts: str, **others: str) -> Mapping[str, str]:
    return {"self": address, **others, **{part: f"{address}/{part}" for part in parts}}


def _post_links(row: Any, reading: Reading) -> Mapping[str, str]:
    address = post_address(row.id)
    return _links(address, "comments", "tags", "related", author=user_address(row.author_id))


def _comment_links(row: Any, reading: Reading) -> Mapping[str, str]:
    author, post = user_address(row.author_id), post_address(row.post_id)
    return _links(comment_address(row.id), "replies", author=author, post=post)


def _rendered(name: str) -> Field:
    async def of(row: Any, reading: Reading) -> Any:
        return getattr(await content.rendered(row.content, row.content_format), name)

    return Field(("content", "content_format"), of, is_awaited=True)


async def _excerpt(row: Any, reading: Reading) -> str:
    """The author's own, else the opening: as plain text, cut short."""
    shown = await content.rendered(row.excerpt or row.content, row.content_format)
    return shown.excerpt()


async def _meta_description(row: Any, reading: Reading) -> str:
    return row.meta_description or await _excerpt(row, reading)


async def _comment_html(row: Any, reading: Reading) -> str:
    # Comments written here are Markdown; imported ones are HTML, as blogs store them.
    language = ContentFormat.MARKDOWN if row.source_id is None else ContentFormat.HTML
    return (await content.rendered(row.content, language)).html


def _may(action: Action) -> Field:
    def of(row: Any, reading: Reading) -> bool:
        return policy.may(reading.viewer, action, owner_id=row.author_id)

    return Field(("author_id",), of)


def _count(listed: Listed) -> Found:
    return Found("id", lambda reading, ids: sources.counts(reading, listed, ids), 0)


async def _visible_parents(reading: Reading, ids: list[Any]) -> Mapping[Any, int]:
    found = await sources.by_key(reading, COMMENT, Comment.id, ids, frozenset())
    return {id_: id_ for id_ in found}


TABLES: Mapping[Noun, Table] = {
    POST: Table(
        whole={
            "id": column("id"),
            "title": column("title"),
            "content": column("content"),
            "contentFormat": column("content_format"),
            "slug": column("slug"),
            "excerpt": Field(("excerpt", "content", "content_format"), _excerpt, is_awaited=True),
            "status": Field(
                ("status", "published_at"),
                lambda row, reading: status_at(row.status, row.published_at, reading.now),
            ),
            "publishedAt": column("published_at"),
            "createdAt": column("created_at"),
            "updatedAt": column("updated_at"),
            "version": column("version"),
            "authorId": column("author_id"),
            "links": Field(("id", "author_id"), _post_links),
        },
        more={
            "contentHtml": _rendered("html"),
            "plainText": _rendered("plain_text"),
            "wordCount": _rendered("word_count"),
            "readingTimeMinutes": _rendered("reading_time_minutes"),
            "previousSlugs": Found("id", sources.past_slugs, ()),
            "permalink": column("permalink"),
            "commentCount": _count(sources.COMMENTS_OF_POSTS),
            "viewerCanUpdate": _may(Action.UPDATE_POST),
            "viewerCanDelete": _may(Action.DELETE_POST),
            "seo.metaTitle": Field(
                ("meta_title", "title"), lambda row, reading: row.meta_title or row.title
            ),
            "seo.metaDescription": Field(
                ("meta_description", "excerpt", "content", "content_format"),
                _meta_description,
                is_awaited=True,
            ),
            "seo.canonicalUrl": column("canonical_url"),
            "seo.noIndex": column("no_index"),
        },
        embeds={
            "author": One(USER, "author_id", User.id),
            "tags": Few(TAG, sources.tags_of_posts, MAX_TAGS, has_limit=False),
            "comments": First(sources.COMMENTS_OF_POSTS, OLDEST_FIRST),
            "relatedPosts": Few(POST, sources.related_posts, FEW_RELATED, has_limit=True),
        },
    ),
    USER: Table(
        whole={
            "id": column("id"),
            "username": column("username"),
            "name": column("name"),
            "bio": column("bio"),
            "websiteUrl": column("website_url"),
            "role": column("role"),
            "createdAt": column("created_at"),
            "links": Field(
                ("id",), lambda row, reading: _links(user_address(row.id), "posts", "comments")
            ),
        },
        more={"postCount": _count(sources.POSTS_OF_USERS)},
        embeds={
            "posts": First(sources.POSTS_OF_USERS, NEWEST_FIRST),
            "comments": First(sources.COMMENTS_OF_USERS, OLDEST_FIRST),
        },
    ),
    COMMENT: Table(
        whole={
            "id": column("id"),
            "content": column("content"),
            "status": column("status"),
            "createdAt": column("created_at"),
            "updatedAt": column("updated_at"),
            "postId": column("post_id"),
            "authorId": column("author_id"),
            # What a viewer may not see has no id either.
            "parentId": Found("parent_id", _visible_parents, None),
            "links": Field(("id", "author_id", "post_id"), _comment_links),
        },
        more={
            "contentHtml": Field(("content", "source_id"), _comment_html, is_awaited=True),
            "viewerCanUpdate": _may(Action.UPDATE_COMMENT),
            "viewerCanDelete": _may(Action.DELETE_COMMENT),
        },
        embeds={
            "author": One(USER, "author_id", User.id),
            "post": One(POST, "post_id", Post.id),
            "parent": One(COMMENT, "parent_id", Comment.id),
            "replies": First(sources.REPLIES, OLDEST_FIRST),
        },
    ),
    TAG: Table(
        whole={
            "id": column("id"),
            "slug": column("slug"),
            "name": column("name"),
            "description": column("description"),
            "links": Field(("slug",), lambda row, reading: _links(tag_address(row.slug), "posts")),
        },
        more={"postCount": _count(sources.POSTS_WITH_TAGS)},
        embeds={"posts": First(sources.POSTS_WITH_TAGS, NEWEST_FIRST)},
    ),
    VIEWER: Table(
        whole={
            "id": column("id"),
            "username": column("username"),
            "name": column("name"),
            "email": column("email"),
            "emailVerified": column("email_verified"),
            "role": column("role"),
            "preferences": column("preferences"),
            "links": Field(
                ("id",),
                lambda row, reading: _links(f"{ROOT}/me", "posts", user=user_address(row.id)),
            ),
        },
        embeds={
            "user": One(USER, "id", User.id),
            "posts": First(sources.POSTS_OF_USERS, LAST_CHANGED_FIRST),
        },
    ),
}
