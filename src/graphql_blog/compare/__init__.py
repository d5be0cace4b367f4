"""The same page of a blog, fetched through REST and through GraphQL: what each way takes.

wanted      what a query wants, as nouns: posts, their authors, and which values of each
addresses   where REST has these nouns, and what leads from one to another
rest        the requests of REST, as commonly written and at its best
plans       all ways to fetch a page: their requests, and what the page shows of the answers
scenarios   pages that many blogs have, of this blog
running     a way, carried out: each request with its answer, and what the server says it took
http        the requests over real HTTP
measuring   all ways of a plan, several times
planning    from an operation to its plan
figures     what the requests of a way add up to, and who is ahead in what
"""
