"""Every address under /api, one table."""

from starlette.routing import BaseRoute, Route

from graphql_blog.rest import comments, login, posts, tags, users
from graphql_blog.rest.endpoint import Endpoint

ROUTES: list[BaseRoute] = [
    Route("/greeting", Endpoint(get=login.greeting)),
    Route("/login", Endpoint(post=login.log_in)),
    Route("/protected", Endpoint(get=login.protected)),
    Route("/me", Endpoint(get=users.me)),
    Route("/me/posts", Endpoint(get=posts.listed_of_viewer)),
    Route("/posts", Endpoint(get=posts.listed, post=posts.create)),
    Route(
        "/posts/{id}",
        Endpoint(get=posts.shown, put=posts.replace, patch=posts.change, delete=posts.remove),
    ),
    Route("/posts/by-slug/{slug:path}", Endpoint(get=posts.shown_by_slug)),
    Route("/posts/{id}/comments", Endpoint(get=comments.listed_on_post, post=comments.add)),
    Route("/posts/{id}/tags", Endpoint(get=tags.listed_of_post)),
    Route("/posts/{id}/related", Endpoint(get=posts.related)),
    Route("/posts/{id}/publish", Endpoint(post=posts.publish)),
    Route("/posts/{id}/unpublish", Endpoint(post=posts.unpublish)),
    Route("/comments/{id}", Endpoint(get=comments.shown)),
    Route("/comments/{id}/replies", Endpoint(get=comments.replies)),
    Route("/tags", Endpoint(get=tags.listed)),
    Route("/tags/{slug}", Endpoint(get=tags.shown)),
    Route("/tags/{slug}/posts", Endpoint(get=posts.listed_with_tag)),
    Route("/users", Endpoint(get=users.listed, post=users.create)),
    Route("/users/{id}", Endpoint(get=users.shown)),
    Route("/users/by-username/{username}", Endpoint(get=users.shown_by_username)),
    Route("/users/{id}/posts", Endpoint(get=posts.listed_of_author)),
    Route("/users/{id}/comments", Endpoint(get=comments.listed_of_author)),
]
