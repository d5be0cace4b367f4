"""ETags: the name of a body, and which of its names a client has."""

import pytest

from graphql_blog.http_cache import etag, named

TAG = '"0f"'


def test_a_body_has_one_name_and_another_body_has_another():
    assert etag(b"{}") == etag(b"{}")
    assert etag(b"{}") != etag(b"[]")
    assert etag(b"{}") == '"bf78e4a953b40eee238ca2e9"'


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("", None),
        ('"1"', None),
        ("0f", None),
        (TAG, TAG),
        ("*", TAG),
        (f'"1", {TAG}', TAG),
        (f'"1",{TAG},"2"', TAG),
        # As it is kept, so it is renewed.
        (f"W/{TAG}", f"W/{TAG}"),
        (f'"1", W/{TAG}', f"W/{TAG}"),
        (f"W/{TAG}, {TAG}", TAG),
    ],
)
def test_a_client_names_it_as_it_has_it(header, found):
    assert named(header, TAG) == found
