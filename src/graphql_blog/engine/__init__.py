"""How a GraphQL type declares what may be fetched in batches, and the loaders that do it.

The words, before the code:

    column       a field that is one column of its object's row
    computed     a field made in Python from columns of its row, which it names
    part         a field whose object is made of the same row, so its columns belong to this level
    relation     a field whose object is found by a key in this row
    batch field  a field fetched for all objects of a level at once, with arguments
    root rows    a field of the query itself
    Asked        what the selection below one field asks for: its columns, and its names

    fields.py    column(), computed(), part(), relation(), batch_field(), root_rows()
    asked.py     the columns that a selection needs, read from the document
    loaders.py   aiodataloader's DataLoader, shielded; one registry a request
    keyset.py    orderings, cursors, and slices of an ordered list
    rows.py      tuples of a SELECT as objects; keys in constant SQL; pages of many parents

It knows graphql-core, Strawberry and SQLAlchemy, and nothing of the blog.
"""
