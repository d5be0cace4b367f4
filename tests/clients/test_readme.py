"""What the README shows of clients works as it stands."""

import re

import pytest

from tests.clients.test_page import READ
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("clients")

README = (ROOT / "README.md").read_text()
APOLLO = """
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
"""
URQL = """
import { Client, fetchExchange, gql } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
"""
ASK = {
    APOLLO: "client.query({ query })",
    URQL: "client.query(query)",
}
PROGRAM = """
const query = gql`
  { viewer { user { id username } } post(id: "1") { id title author { id name } } }
`;
const { data } = await %s;
console.log(`${data.post.title}, by ${data.post.author.name}, for ${data.viewer.user.username}`);
"""
DOCUMENT = """
export const query = graphql`query postsQuery { posts { nodeId title publishedAt } }`;
"""


def shown(language, title):
    """One of the programs in a block of the README, which has a comment above each."""
    block = re.search(rf"```{language}\n(.*?)```", README, re.S)[1]
    return re.search(rf"^// {title}.*?\n(.*?)(?=^// |\Z)", block, re.M | re.S)[1]


@pytest.mark.parametrize(("title", "imports"), [("Apollo Client", APOLLO), ("urql", URQL)])
def test_clients_ask(front_end, token, title, imports):
    given = f'const url = "{front_end.server}/graphql", token = "{token}";'
    front_end.write("program.mjs", imports + given + shown("js", title) + PROGRAM % ASK[imports])

    assert front_end.run("node program.mjs") == f"{READ[0]}, for admin\n"


def test_relay_and_code_generation_are_set_up(front_end):
    front_end.write("relay.config.json", shown("json5", r"relay\.config\.json"))
    front_end.write("codegen.json", shown("json5", r"codegen\.json"))
    front_end.write("schema.graphql", (ROOT / "schema.graphql").read_text())
    front_end.write("src/posts.ts", DOCUMENT)

    front_end.run("npx relay-compiler && npx graphql-codegen --config codegen.json")

    of_relay = (front_end.folder / "src/__generated__/postsQuery.graphql.ts").read_text()
    of_codegen = (front_end.folder / "src/gql/graphql.ts").read_text()
    for generated in [of_relay, of_codegen]:
        assert re.search(r"publishedAt: string \| null\b", generated)
