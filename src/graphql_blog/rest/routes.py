"""Every address under /api, one table."""

from starlette.routing import BaseRoute, Route

from graphql_blog.rest import login, posts, users
from graphql_blog.rest.endpoint import Endpoint

ROUTES: list[BaseRoute] = [
    Route("/greeting", Endpoint(get=login.greeting)),
    Route("/login", Endpoint(post=login.log_in)),
    Route("/protected", Endpoint(get=login.protected)),
    Route("/posts", Endpoint(get=posts.listed, post=posts.create)),
    Route(
        "/posts/{id}",
        Endpoint(get=posts.shown, put=posts.replace, patch=posts.change, delete=posts.remove),
    ),
    Route("/users", Endpoint(get=users.listed, post=users.create)),
    Route("/users/{id}", Endpoint(get=users.shown)),
    Route("/users/{id}/posts", Endpoint(get=posts.listed_of_author)),
]
