"""Mutations of posts, sent by Ana, and looks at what is stored."""

import pytest
from sqlalchemy import func, select

from tests.factories import make_user

INPUTS = {
    "createPost": "CreatePostInput!",
    "updatePost": "UpdatePostInput!",
    "publishPost": "PublishPostInput!",
    "unpublishPost": "ByIdInput!",
    "deletePost": "ByIdInput!",
}
POST = """post {
  id title content contentFormat slug previousSlugs status publishedAt version author { id }
  tags { name } seo { metaTitle noIndex } excerpt
}"""
ERRORS = """errors {
  __typename message code path
  ... on ValidationError { limit }
  ... on ConflictError { suggestion }
  ... on StaleVersionError { currentVersion }
  ... on PermissionError { requires }
}"""


@pytest.fixture
async def ana(resources):
    return await make_user(resources, username="ana")


@pytest.fixture
def mutate(api, ana):
    """The payload of a mutation that Ana, or somebody else, sends."""

    async def mutate(name, *, by=ana, **input_):
        shown = "deletedId deletedNodeId" if name == "deletePost" else POST
        query = f"""mutation ($input: {INPUTS[name]}) {{
          {name}(input: $input) {{ {shown} {ERRORS} }}
        }}"""
        return (await api.data(query, by=by, input=input_))[name]

    return mutate


@pytest.fixture
def row(resources):
    async def row(model, id_):
        async with resources.reading() as session:
            return await session.get(model, id_)

    return row


@pytest.fixture
def number_of(resources):
    async def number_of(model):
        async with resources.reading() as session:
            return await session.scalar(select(func.count()).select_from(model))

    return number_of
