"""The GraphQL API.

schema         puts the schema together
types          the nouns: object types, interfaces, enums
connections    edges, pages, orderings and filters
queries        root fields: which rows, not how
mutations      inputs, payloads, one service call each
loaders        where every relation's rows come from, a statement a level
context        what a resolver may reach
ids            plain and global ids
errors         how a refusal looks here
limits         what is refused before anything is read
"""
