"""The REST API: the same services as GraphQL's, answered as resources.

routes      every address under /api, one table
posts, users, login   what the addresses of each noun do
endpoint    one address: a function for each method, and what all addresses share
requests    what a request asks for: who, which object, which body
lists       pages of rows, with their total and the way to the next one
answers     JSON with validators: ETag, If-None-Match, If-Match
shapes      rows as JSON objects
problems    how a refusal looks here
"""
