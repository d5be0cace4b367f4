"""Breadth-first execution of a Strawberry schema: each field once a level, only columns asked for.

graphql-core executes one field of one object at a time: fifty posts with title and author are a
hundred calls, each with its arguments, its `info` and its path. This engine goes level by level: it
takes all objects of a level, gets a field of all of them at once — a column of values — and then
the next field. The objects that the columns hold are the next level.

    { posts { title author { name } } }          what happens

    level 1   posts     of the query             root rows: SELECT id, title, author_id FROM posts
    level 2   title     of 50 posts              one position of each row
              author    of 50 posts              50 keys, one batch: SELECT id, name FROM users
    level 3   name      of 50 authors            one position of each row

So a relation is one batch, a scalar is one list comprehension, and before any SQL is sent the plan
says which columns a level is going to need. Types say where their fields come from:

    column       a field that is one column of its object's row
    computed     a field made in Python from columns of its row, which it names
    part         a field whose object is made of the same row, so its columns belong to this level
    relation     a field whose object is found by a key in this row
    batch field  a field fetched for all objects of a level at once, with arguments
    lookup       a field of the query whose object is found by a key in its arguments
    root rows    a field of the query that lists rows

All of these are ordinary Strawberry fields too: the same schema runs on graphql-core, which answers
what the engine does not take (`@defer`, introspection, hooks around every resolver), and is what
the tests compare every answer with: data, errors and their order.

It is fast because values are looked at as columns: the set of their exact classes says whether the
quick way is right for all of them. Where it is not — for an exception, a null, an awaitable, a
value of the wrong type — the column goes value by value through graphql-core's own functions.
And an operation of nothing but rows, columns and relations is executed as if nothing could go
wrong, until something does. Under load, requests that read the same share the statement.

    documents.py   a document is parsed and validated once, and kept
    literals.py    documents that differ in ids and texts alone are one
    hooks.py       warns of what would silently cost speed
    plans.py       finds the plan of an operation, or says that graphql-core has to execute it
    plan.py        the fields and the columns of each level
    fields.py      column(), computed(), part(), relation(), batch_field(), lookup(), root_rows()
    declared.py    what these leave on a field for the engine to read
    arguments.py   of one field: coerced, as Python has them, kept where they stay the same
    variables.py   of an operation: coerced at a glance where they are plainly right
    asked.py       what a batch function is told: columns, names, arguments
    straight.py    rows, columns and relations, without what only errors need; straight_plan.py
    executor.py    level by level
    waiting.py     how values are awaited, and what becomes of those that are not any more
    resolvers.py   how the values of a field are got for all objects of a level
    completion.py  values to what the response holds: leaves, lists, objects
    leaves.py      columns of scalars and enums
    makers.py      columns to dictionaries
    positions.py   where a value stands; paths are worked out when an error asks
    errors.py      located errors in the order of the document; what they make null
    loaders.py     aiodataloader's DataLoader, a column at a time; one registry a request
    trace.py       what one operation did, for whoever wants to see it; trace_json.py
    keyset.py      orderings, cursors, and slices of an ordered list
    statements.py  SQLAlchemy's statements, compiled once, free of anything of a request
    readers.py     runs them on the database's own driver: sqlite.py, postgresql.py, connections.py
    sharing.py     one statement for all requests that ask the same at a moment
    slots.py       so many reads of one request at once
    observed.py    tells of what is sent beside them, through SQLAlchemy's engines
    rows.py        rows as tuples; in SQL, sets of keys and the pages of many parents

It knows graphql-core, Strawberry and SQLAlchemy, and nothing of the blog.
"""
