"""A post as it was written, byte for byte, below front matter that other blog software reads."""

import json
import re
from typing import Any

from graphql_blog.db.columns import ContentFormat, PostStatus
from graphql_blog.rest.representations.document import Document

FORM = "text/markdown; charset=utf-8"
# JSON takes these as they are, YAML does not.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def of(document: Document) -> str:
    post = document.post
    said: dict[str, Any] = {
        "title": post.title,
        "slug": post.slug,
        "date": post.published_at and post.published_at.isoformat(),
        "updated": post.updated_at.isoformat(),
        "author": post.author_name,
        "tags": list(document.tags),
        # HTML is Markdown too, but not the other way round.
        "format": "html" if post.content_format is ContentFormat.HTML else None,
        "draft": document.status != PostStatus.PUBLISHED or None,
    }
    lines = [f"{name}: {_yaml(value)}" for name, value in said.items() if value is not None]
    return "\n".join(["---", *lines, "---", post.content])


def _yaml(value: Any) -> str:
    """YAML is a superset of JSON."""
    written = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
