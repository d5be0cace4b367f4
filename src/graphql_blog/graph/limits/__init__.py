"""What is refused before anything is read.

bounds      how much is too much, and how a refusal looks
tokens      the tokens of a document
outline     a document read off its tokens, five times as quickly as it is parsed
shape       depth, aliases, fields: what the outline alone tells
weights     the directives of the schema that say what fields cost
costs       what an operation costs by these directives, for any variables
pages       pages that are too large, and texts that cannot be stored
variables   variables that are nested too deep, or too many
answers     answers that are too long to be written
limiter     all of it, in the order of its price; what is kept with a document
"""
