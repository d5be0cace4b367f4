"""Objects as REST answers them: only what was asked for is read, a statement for each level.

selection    which fields and embeds a request asks for: `fields`, `include`
tables       the fields and embeds of each noun, and where their values come from
making       rows as JSON objects, level by level
sources      the statements: one object, a page, what belongs to many parents
nouns        which rows a viewer may read
reading      the reads of one request, and what its answer is made of
"""
