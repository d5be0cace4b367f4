"""The rules of the blog: one module of functions per noun, and what they share.

    posts, comments, users, tags   what can be read and done
    policy                         who may do it
    validation                     what an input must look like
    content                        how a post's text becomes HTML and plain text
    parameters                     the values of a request in statements, by name
    slugs, counts                  addresses and the counters that orderings use
    related                        which posts share tags

Functions take the session and the viewer as arguments, never commit, and raise what
`graphql_blog.errors` draws.
"""
