"""How much is too much, unless it is said otherwise."""

from graphql_blog.app import limits_of
from graphql_blog.graph.limits.bounds import Limits
from graphql_blog.settings import Settings


def test_unless_set_the_settings_are_the_limits_of_the_library():
    assert limits_of(Settings.load()) == Limits()


def test_each_limit_is_a_setting():
    assert limits_of(Settings.load(max_cost=7, max_variable_values=8)) == Limits(
        cost=7, variable_values=8
    )
