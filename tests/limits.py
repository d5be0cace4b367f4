"""Limits for tests that are about something else."""

from dataclasses import fields

from graphql_blog.graph.limits.bounds import Limits

UNLIMITED = Limits(**{one.name: 1_000_000_000 for one in fields(Limits)})
