"""The REST API: the same services as GraphQL's, answered as resources.

routes      every address under /api, one table
posts, comments, tags, users, login   what the addresses of each noun do
endpoint    one address: an operation for each method, and what all addresses share
operations  an operation: the function, and what clients are told of it
openapi     what they are told, as one document
requests    what a request asks for: who, which object, which body
reads       objects as answers that caches know how long to keep
lists       pages of them, with their total and the way to the next one
objects/    fields and embeds: only what is asked for is read, a statement for each level
answers     JSON with validators: ETag, If-None-Match, If-Match
representations       a post in other forms than JSON
links, markup         whole addresses, and XML, for what is read elsewhere
schemas     the types of these objects
problems    how a refusal looks here
"""
