"""The GraphQL API.

schema         puts the schema together
types          the nouns: object types and interfaces
enums          the enums, with a sentence for each value
queries        root fields: which rows, not how
aggregates     posts, counted
mutations      inputs, payloads, one service call each
nouns          their rows: which a viewer may read, in lists, of many parents
loaders        where every relation's rows come from, a statement a level
related        which posts are related
connections    edges and pages, and the arguments that choose a page
filters        orderings and filters, and the conditions they stand for
context        what a resolver may reach
cost           what a request costs, and what is left to whoever sends it
ids            plain and global ids
errors         how a refusal looks here
limits         what is refused before anything is read
directives     what fields cost, in the schema
cost           what a request costs, and what is left to who sends it
cost_extension what `extensions.cost` says
rate_limit     the field that says the same
"""
