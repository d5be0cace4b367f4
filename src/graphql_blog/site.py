"""Where people read the blog: its title, and the addresses of its posts in the front end."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

SLUG, ID = "{slug}", "{id}"
FEEDS = {
    "feed.xml": "application/atom+xml",
    "rss.xml": "application/rss+xml",
    "feed.json": "application/feed+json",
}
"""What a list of posts can be subscribed to as; the first is the one to prefer."""


@dataclass(frozen=True)
class Site:
    """As its owner set it."""

    title: str = "Blog"
    post_pattern: str = ""
    """The address of a post, with `{slug}` or `{id}` in it; empty where there is no front end."""

    def post(self, id_: int, slug: str) -> str | None:
        """Where a post is read; None where there is no front end."""
        if not self.post_pattern:
            return None
        return self.post_pattern.replace(SLUG, quote(slug, safe="")).replace(ID, str(id_))

    @property
    def home(self) -> str | None:
        """The page that the posts are below of."""
        if not self.post_pattern:
            return None
        url = urlsplit(self.post_pattern.partition("{")[0])
        return f"{url.scheme}://{url.netloc}{url.path.rpartition('/')[0]}/"


def is_pattern(given: str) -> bool:
    """Whether each post gets an address of its own by it."""
    filled = given.replace(SLUG, "").replace(ID, "")
    url = urlsplit(given)
    has_name = SLUG in given or ID in given
    return has_name and not {"{", "}"} & {*filled} and not {"{", "}"} & {*url.netloc}
