"""Records into rows, in batches of one transaction each: stopped anywhere, a second run goes on.

    saving                    the batches, one after another, each with its counters
    writing                   one transaction; a dry run reads, and remembers what it would write
    names                     free usernames and slugs
    people, tags, comments    one noun's rows each
    posts                     posts into rows, with their slugs and tags
    place                     a post of the source beside its row

What has a source id that we know is compared with its row, and updated where it differs. What was
changed here since, is kept: the second run of an import changes nothing.
"""

from graphql_blog.imports.store.saving import save

__all__ = ["save"]
