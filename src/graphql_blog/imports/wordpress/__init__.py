"""WordPress exports (WXR), read as a stream of records: no more than one item is held at a time.

decoding    bytes of any encoding → clean text, with what had to be repaired
parser      text → the children of the channel, up to what is malformed
elements    all of them, one by one, past malformed ones
channel     where the export came from, its authors and terms
items       an item → a post, or why it is skipped
comments    an item's comments → comments with their authors
export      what each child of the channel is read as
"""

from graphql_blog.imports.wordpress.export import read

__all__ = ["read"]
