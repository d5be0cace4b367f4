"""`python -m graphql_blog` is the command `graphql-blog`."""

from graphql_blog.cli import main

main()
