"""A schema in which every field goes wrong, and documents that ask for all of it.

Two executors answer the same document over the same objects; whatever one of them says, the other
must say too. All that goes wrong is chosen by the hash of (seed, object, field), so that an answer
depends neither on the order of the calls nor on their number.

    chaos.py       values, right and wrong, chosen by hash; those that come later
    schema.py      the Strawberry types, made of a table of their fields
    ways.py        the ways in which these fields come to their values
    arguments.py   its fields that tell back what they were given
    declared.py    a second schema: rows, and relations answered by batch functions
    documents.py   valid documents, decoded from bytes
    inputs.py      arguments, variables and their values
    strategies.py  what Hypothesis draws
    compare.py     both executors on one document; what they said, and how they differ

A failing test prints what replays it:

    python -m tests.torture.compare [--declared] [--late] --seed 7 'query { ... }'
"""
