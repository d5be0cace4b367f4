"""The address a post had, and those it had before that."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote

from graphql_blog.imports import text
from graphql_blog.imports.markdown.files import Folder, Layout

# Jekyll's names for its usual addresses.
STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "none": "/:categories/:title.html",
}


def usual(
    folder: Folder, path: Path, slug: str, categories: Sequence[str], dated: datetime | None
) -> str | None:
    """Where the generator puts a post that does not say."""
    if folder.layout is Layout.JEKYLL:
        return filled(STYLES["date"], slug, categories, dated) if dated else None
    if folder.layout is Layout.CONTENT:
        parts = path.relative_to(folder.root).parts[:-1]
        inside = parts[parts.index("content") + 1 :] if "content" in parts else parts
        sections = inside[:-1] if path.stem == "index" else inside
        return text.path_of("/".join(map(quote, ("", *sections, slug, ""))))
    return None


def filled(
    template: str, slug: str, categories: Sequence[str], dated: datetime | None
) -> str | None:
    """An address with Jekyll's placeholders filled in."""
    values = {"title": quote(slug), "slug": quote(slug)}
    values["categories"] = "/".join(quote(category.lower()) for category in categories)
    if dated is not None:
        values |= {"year": f"{dated:%Y}", "month": f"{dated:%m}", "day": f"{dated:%d}"}
        values |= {"i_month": str(dated.month), "i_day": str(dated.day), "y_day": f"{dated:%j}"}
    address = re.sub(
        r":([a-z_]+)", lambda found: values.get(found[1], found[0]), STYLES.get(template, template)
    )
    return text.path_of(re.sub(r"(?<!:)/{2,}", "/", address))


def slug_in(address: str) -> str | None:
    """The slug of an address that is nothing but a slug."""
    name = unquote(address).strip("/").removesuffix(".html")
    return name if name and "/" not in name else None
