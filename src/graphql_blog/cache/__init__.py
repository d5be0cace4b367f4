"""Answers that are kept, until something that they are made of changes.

    entries.py     what is kept, and what is on its way to be
    memory.py      in this process: bounded, found by key, forgotten by tag
    shared.py      in Redis, for all processes; away means uncached
    responses.py   one in front of the other, and one execution for all who ask the same at once

Tags are text: what comes before a colon stands for all that begins so (`Post` for `Post:1`), and
`*` for everything. Whoever changes something says its tags; `invalidation` brings them here.
"""

from graphql_blog.cache.entries import EVERYTHING, Entry, Fill
from graphql_blog.cache.memory import Memory, Policy
from graphql_blog.cache.responses import Made, Outcome, Responses, Watch
from graphql_blog.cache.shared import Shared

__all__ = [
    "EVERYTHING",
    "Entry",
    "Fill",
    "Made",
    "Memory",
    "Outcome",
    "Policy",
    "Responses",
    "Shared",
    "Watch",
]
