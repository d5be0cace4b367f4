"""Pages that many blogs have, as queries for the posts and people of this blog."""

from dataclasses import dataclass

from graphql_blog.compare.plans import Operation
from graphql_blog.engine.keyset import Slice
from graphql_blog.engine.rows import Row
from graphql_blog.rest.objects import sources
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.rest.objects.tables import NEWEST_FIRST

NAMES = ("post", "home", "author", "mobile", "cached")
LATEST = 50
"""So many posts are looked at for one that has something of everything."""
COMMENTS, TAGS = 5, 2

HOME = """\
{
  posts(first: 10) {
    title
    excerpt
    author {
      name
    }
    commentCount
  }
}"""
POST = """\
query Post($id: ID!) {
  post(id: $id) {
    title
    content
    author {
      name
    }
    tags {
      name
    }
    comments(first: 5) {
      content
      author {
        name
      }
    }
  }
}"""
AUTHOR = """\
query Author($id: ID!) {
  user(id: $id) {
    name
    bio
    posts(first: 10) {
      title
      excerpt
      publishedAt
    }
  }
}"""
MOBILE = """\
{
  posts {
    title
  }
}"""
AGAIN = """\
query Post($id: ID!) {
  post(id: $id) {
    title
    content
  }
}"""


@dataclass(frozen=True)
class Scenario:
    """A page, and the query for all that it shows."""

    name: str
    title: str
    description: str
    operation: Operation
    again: bool = False
    """Whether the reader has seen it before."""

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "operation": self.operation.as_json(),
        }


async def scenarios_of(reading: Reading) -> list[Scenario]:
    """The scenarios; without a post that the viewer may read those that need none."""
    home = Scenario(
        "home", "Home page", "Ten posts: title, excerpt, author, comments counted", Operation(HOME)
    )
    mobile = Scenario("mobile", "List on a phone", "Twenty titles, nothing else", Operation(MOBILE))
    post = await _telling_post(reading)
    if post is None:
        return [home, mobile]
    one, author = {"id": str(post.id)}, {"id": str(post.author_id)}
    return [
        Scenario(
            "post", "Post page", "A post with author, tags, and five comments", Operation(POST, one)
        ),
        home,
        Scenario("author", "Author page", "An author with ten posts", Operation(AUTHOR, author)),
        mobile,
        Scenario(
            "cached",
            "The same post again",
            "Title and text, which the reader has already",
            Operation(AGAIN, one),
            again=True,
        ),
    ]


async def _telling_post(reading: Reading) -> Row | None:
    """Of the latest posts the first with comments and tags, as far as there is one."""
    names = frozenset({"id", "author_id", *NEWEST_FIRST.keys})
    page = await sources.page(reading, sources.POSTS, names, Slice(NEWEST_FIRST, LATEST))
    ids = [row.id for row in page]
    if not ids:
        return None
    comments = await sources.counts(reading, sources.COMMENTS_OF_POSTS, ids)
    tags = await sources.tags_of_posts(reading, ids, frozenset({"id"}))
    many = {id_: len(found) for id_, found in zip(ids, tags, strict=True)}

    def telling(row: Row) -> tuple[int, int]:
        return min(comments.get(row.id, 0), COMMENTS), min(many[row.id], TAGS)

    return max(page, key=telling)
