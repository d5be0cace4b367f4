"""Records into rows, in batches of one transaction each: stopped anywhere, a second run goes on.

    saving                    the batches, one after another, and the counters at the end
    writing                   one transaction; a dry run reads, and remembers what it would write
    names                     free usernames and slugs
    people, tags, comments    one noun's rows each
    posts                     posts into rows, with the help of
    place                         a post of the source beside its row
    post_slugs, post_tags         its addresses and its tags

What has a source id that we know is compared with its row, and updated where it differs. What was
changed here since, is kept: the second run of an import changes nothing.
"""

from graphql_blog.imports.store.saving import save

__all__ = ["save"]
