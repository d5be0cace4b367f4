"""WordPress exports (WXR), read as a stream of records: no more than one item is held at a time.

decoding    bytes of any encoding → clean text, with what had to be repaired
elements    text → the children of the channel, one by one, past malformed ones
items       an item → a post, or why it is skipped
comments    an item's comments → comments with their authors
export      the channel: where it came from, its authors and terms, then its items
"""

from graphql_blog.imports.wordpress.export import read

__all__ = ["read"]
