"""A post as a small page that asks for nothing else: no script, no font, no other site."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from graphql_blog.rest.representations.document import Document
from graphql_blog.services import content
from graphql_blog.site import FEEDS

STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:2rem auto;max-width:42rem;padding:0 1rem;font:1.0625rem/1.6 system-ui,sans-serif;"
    "overflow-wrap:break-word}"
    "h1{line-height:1.2}header p,footer{opacity:.75}"
    "img,video{max-width:100%;height:auto}pre{overflow:auto}"
)
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src 'self' data:; media-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def of(document: Document) -> str:
    post = document.post
    shown = await content.rendered(post.content, post.content_format)
    title = escape(post.title)
    return (
        '<!doctype html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} · {escape(document.site.title)}</title>\n"
        f"{_links(document)}<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<article>\n<header>\n<h1>{title}</h1>\n<p>{_byline(document)}</p>\n"
        f"</header>\n{shown.html}\n{_tags(document)}</article>\n</main>\n</body>\n</html>\n"
    )


def _links(document: Document) -> str:
    hidden = '<meta name="robots" content="noindex">\n' if document.post.no_index else ""
    title = escape(document.site.title)
    feeds = "".join(
        f'<link rel="alternate" type="{media_type}" title="{title}" href="/{name}">\n'
        for name, media_type in FEEDS.items()
    )
    return f'{hidden}<link rel="canonical" href="{escape(document.address)}">\n{feeds}'


def _byline(document: Document) -> str:
    post, author = document.post, escape(document.post.author_name)
    if post.published_at is None:
        return f"{author} · not published"
    day = f"{post.published_at.day} {post.published_at:%B %Y}"
    return f'{author} · <time datetime="{post.published_at.isoformat()}">{day}</time>'


def _tags(document: Document) -> str:
    return f"<footer>{escape(', '.join(document.tags))}</footer>\n" if document.tags else ""
