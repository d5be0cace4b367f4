"""The texts of the demo blog, read from the files beside this module.

blog/authors.toml        who writes and comments
blog/tags.toml
blog/posts/NNN-SLUG.md   one post each, in the order of their ids: TOML between +++, then Markdown
blog/comments.toml       the threads, under the slug of their post
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any


@dataclass(frozen=True, slots=True)
class Author:
    username: str
    name: str
    email: str
    role: str
    created_at: datetime
    bio: str | None = None
    website_url: str | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    slug: str
    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    written_at: datetime
    content: str
    status: str
    replies: tuple["Comment", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    title: str
    slug: str
    content: str
    author: str
    tags: tuple[str, ...]
    status: str
    """PUBLISHED, DRAFT or ARCHIVED; a scheduled post is PUBLISHED at an instant to come."""
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime
    excerpt: str | None
    previous_slugs: tuple[str, ...]
    meta_title: str | None
    meta_description: str | None
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Blog:
    authors: tuple[Author, ...]
    tags: tuple[Tag, ...]
    posts: tuple[Post, ...]


def read() -> Blog:
    folder = resources.files("graphql_blog.demo") / "blog"
    threads = _toml(folder / "comments.toml")
    files = sorted((folder / "posts").iterdir(), key=lambda file: file.name)
    return Blog(
        authors=tuple(Author(**table) for table in _toml(folder / "authors.toml")["authors"]),
        tags=tuple(Tag(**table) for table in _toml(folder / "tags.toml")["tags"]),
        posts=tuple(_post(file, threads) for file in files),
    )


def _toml(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _post(file: Traversable, threads: Mapping[str, list[dict[str, Any]]]) -> Post:
    front_matter, _, content = file.read_text(encoding="utf-8").partition("\n+++\n")
    front = tomllib.loads(front_matter.removeprefix("+++\n"))
    _, _, slug = file.name.removesuffix(".md").partition("-")
    published_at = front.get("published_at")
    created_at = front.get("created_at") or front["published_at"]
    return Post(
        title=front["title"],
        slug=slug,
        # Blank lines around the text belong to the file, not to the post.
        content=content.strip("\n"),
        author=front["author"],
        tags=tuple(front["tags"]),
        status=front.get("status", "PUBLISHED"),
        published_at=published_at,
        created_at=created_at,
        updated_at=front.get("updated_at") or published_at or created_at,
        excerpt=front.get("excerpt"),
        previous_slugs=tuple(front.get("previous_slugs", ())),
        meta_title=front.get("meta_title"),
        meta_description=front.get("meta_description"),
        comments=tuple(_comment(table) for table in threads.get(slug, ())),
    )


def _comment(table: Mapping[str, Any]) -> Comment:
    return Comment(
        author=table["author"],
        written_at=table["written_at"],
        content=table["content"],
        status=table.get("status", "VISIBLE"),
        replies=tuple(_comment(reply) for reply in table.get("replies", ())),
    )
