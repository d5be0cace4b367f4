"""Where people read the blog."""

import pytest

from graphql_blog.site import Site


@pytest.mark.parametrize(
    ("pattern", "post", "home"),
    [
        ("https://a.example/{slug}", "https://a.example/a%2Fb%20%C3%A9", "https://a.example/"),
        ("https://a.example/{id}", "https://a.example/7", "https://a.example/"),
        ("https://a.example/blog/p-{id}", "https://a.example/blog/p-7", "https://a.example/blog/"),
        ("https://a.example?p={id}", "https://a.example?p=7", "https://a.example/"),
        ("https://a.example:8/x/?p={id}", "https://a.example:8/x/?p=7", "https://a.example:8/x/"),
        ("", None, None),
    ],
)
def test_a_post_and_the_page_that_it_is_below_of(pattern, post, home):
    site = Site("Title", pattern)

    assert (site.post(7, "a/b é"), site.home) == (post, home)


def test_a_slug_that_looks_like_a_part_of_the_pattern_is_none():
    assert Site("", "https://a.example/{slug}").post(7, "{id}") == "https://a.example/%7Bid%7D"
