"""What readers get of a post's content: safe HTML, plain text, counts and an excerpt.

    MARKDOWN ─ markdown ──┐
                          ├─ sanitiser ─ plain_text ─ Rendered
    HTML ───── wordpress ─┘

`render` is pure; `rendered` remembers, and renders beside the event loop.
"""

from graphql_blog.services.content.memory import Memory, rendered
from graphql_blog.services.content.rendering import Rendered, render

__all__ = ["Memory", "Rendered", "render", "rendered"]
