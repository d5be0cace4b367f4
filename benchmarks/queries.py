"""What is asked: the queries of the comparison, and the bodies of the requests that carry them."""

from dataclasses import dataclass
from functools import cached_property

import orjson

POSTS = 20_000
# All over the table. More texts than any server keeps parsed: with the id written into the text,
# every request has to be parsed.
IDS = tuple(1 + number * 7919 % POSTS for number in range(4_000))
ID_IN_TEXT = "<id>"


@dataclass(frozen=True)
class Query:
    """One query under its name; `ids` are put into the variables, or into the text."""

    name: str
    title: str
    text: str
    ids: tuple[int, ...] = ()

    @cached_property
    def bodies(self) -> list[bytes]:
        if not self.ids:
            return [orjson.dumps({"query": self.text})]
        if ID_IN_TEXT in self.text:
            texts = [self.text.replace(ID_IN_TEXT, str(id_)) for id_ in self.ids]
            return [orjson.dumps({"query": text}) for text in texts]
        return [
            orjson.dumps({"query": self.text, "variables": {"id": str(id_)}}) for id_ in self.ids
        ]


Q1 = Query(
    "Q1",
    "one post with its author",
    "query ($id: ID!) { post(id: $id) { title content author { name } } }",
    IDS,
)
Q1_LITERAL = Query(
    "Q1 literal",
    "the same, the id written into the text",
    '{ post(id: "<id>") { title content author { name } } }',
    IDS,
)
Q2 = Query("Q2", "50 posts with author", "{ posts(first: 50) { id title author { name } } }")
Q3 = Query(
    "Q3",
    "50 posts with author and 5 comments each with their authors",
    "{ posts(first: 50) { id title author { name }"
    " comments(first: 5) { content author { name } } } }",
)
Q4 = Query("Q4", "100 posts of 2 kB", "{ posts(first: 100) { id title content } }")
Q4_1000 = Query("Q4 (1,000)", "1,000 posts of 2 kB", "{ posts(first: 1000) { id title content } }")
Q5 = Query("Q5", "{ __typename }", "{ __typename }")

Q1_FEW = Query("Q1 (100 ids)", "one of a hundred posts with its author", Q1.text, IDS[:100])
KEPT = (Q5, Q1_FEW, Q2)
"""What is asked of the cache: a small answer, one of many, and one of 5 kB."""

QUERIES = (Q1, Q1_LITERAL, Q2, Q3, Q4, Q4_1000, Q5)
PAGE_SIZES = (1, 3, 10, 30, 100, 300, 1_000)


def page(size: int) -> Query:
    """Q2 with so many posts."""
    return Query(f"{size:,}", f"{size:,} posts with author", Q2.text.replace("50", str(size)))
