"""The REST API: the same services as GraphQL's, answered as resources.

routes      every address under /api, one table
posts, users, login   what the addresses of each noun do
endpoint    one address: an operation for each method, and what all addresses share
operations  an operation: the function, and what clients are told of it
openapi     what they are told, as one document
requests    what a request asks for: who, which object, which body
lists       pages of rows, with their total and the way to the next one
answers     JSON with validators: ETag, If-None-Match, If-Match
shapes      rows as JSON objects
schemas     the types of these objects
problems    how a refusal looks here
"""
