"""WordPress exports for tests: the pieces an export is made of, as WordPress writes them."""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

HEAD = """<?xml version="1.0" encoding="{encoding}" ?>
<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/{version}/">
<channel>
<title>A blog</title>
<link>https://blog.example</link>
<wp:wxr_version>{version}</wp:wxr_version>
<wp:base_site_url>https://blog.example</wp:base_site_url>
<wp:base_blog_url>https://blog.example</wp:base_blog_url>
"""
TAIL = "</channel>\n</rss>\n"


def wxr(*parts: str, version: str = "1.2", encoding: str = "UTF-8") -> bytes:
    head = HEAD.format(version=version, encoding=encoding)
    return (head + "\n".join(parts) + TAIL).encode(encoding)


def author(login: str = "ana", number: int = 1, email: str | None = None, name: str = "Ana") -> str:
    return element(
        "wp:author",
        element("wp:author_id", str(number)),
        field("wp:author_login", login),
        field("wp:author_email", f"{login}@blog.example" if email is None else email),
        field("wp:author_display_name", name),
    )


def category(slug: str, name: str, description: str = "") -> str:
    return element(
        "wp:category",
        field("wp:category_nicename", slug),
        field("wp:cat_name", name),
        field("wp:category_description", description),
    )


def item(
    number: int = 1, *, more: Iterable[str] = (), guid: str | None = None, **given: str
) -> str:
    """A published post of 2012 unless `given` says otherwise; an empty field is left out."""
    fields = {
        "title": f"Post {number}",
        "link": f"https://blog.example/2012/01/07/post-{number}/",
        "dc:creator": "ana",
        "guid": f"https://blog.example/?p={number}" if guid is None else guid,
        "content:encoded": f"<p>Text of post {number}.</p>",
        "excerpt:encoded": "",
        "wp:post_id": str(number),
        "wp:post_date_gmt": "2012-01-07 17:07:21",
        "wp:post_modified_gmt": "2012-02-01 10:00:00",
        "wp:post_name": f"post-{number}",
        "wp:status": "publish",
        "wp:post_type": "post",
    }
    fields |= {name.replace("__", ":"): value for name, value in given.items()}
    return element("item", *(field(*pair) for pair in fields.items() if pair[1]), *more)


def term(slug: str, name: str, domain: str = "post_tag") -> str:
    attributes = f"domain={quoteattr(domain)} nicename={quoteattr(slug)}"
    return f"<category {attributes}><![CDATA[{name}]]></category>"


def old_slug(slug: str) -> str:
    return element(
        "wp:postmeta", field("wp:meta_key", "_wp_old_slug"), field("wp:meta_value", slug)
    )


def comment(number: int, *, parent: int = 0, **given: str) -> str:
    """A guest's visible comment unless `given` says otherwise."""
    fields = {
        "comment_id": str(number),
        "comment_author": "Jane Doe",
        "comment_author_email": "jane@secret.example",
        "comment_author_url": "https://jane.example/",
        "comment_date_gmt": f"2012-01-08 09:00:{number % 60:02}",
        "comment_content": f"Comment {number}",
        "comment_approved": "1",
        "comment_type": "comment",
        "comment_parent": str(parent),
        "comment_user_id": "0",
    }
    fields |= {f"comment_{name}": value for name, value in given.items()}
    return element("wp:comment", *(field(f"wp:{name}", value) for name, value in fields.items()))


def element(name: str, *children: str) -> str:
    return f"<{name}>{''.join(children)}</{name}>"


def field(name: str, value: str) -> str:
    return f"<{name}><![CDATA[{value}]]></{name}>\n"
