"""The servers that ours is measured against, and the launchers of our own.

plain_strawberry   as Strawberry's documentation teaches it
limit              hand-written SQL and orjson: what is left when there is no GraphQL
constant           one answer for everything: what HTTP itself costs
large_pages        ours, with pages of up to 1,000
serve              starts one of them: uvicorn with uvloop and httptools, no access log
"""
