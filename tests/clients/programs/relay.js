import { watched } from "./requests";

import { createOperationDescriptor, fetchQuery, getRequest, graphql } from "relay-runtime";

import { newEnvironment, session } from "./environment";

const Post = graphql`
  query relayPostQuery($id: ID!) {
    post(id: $id) { nodeId title author { nodeId name } tags { nodeId } comments(first: 1) { nodeId } }
  }
`;

const Node = graphql`
  query relayNodeQuery($nodeId: ID!) {
    node(id: $nodeId) {
      __typename
      ... on Post { title }
      ... on User { name }
      ... on Tag { name }
      ... on Comment { content }
    }
  }
`;

const environment = newEnvironment();

async function read(query, variables, fetchPolicy) {
  environment.retain(createOperationDescriptor(getRequest(query), variables));
  return watched(() => fetchQuery(environment, query, variables, { fetchPolicy }).toPromise());
}

async function refused(query, variables) {
  const action = () => fetchQuery(environment, query, variables).toPromise().catch(({ source }) => source.errors);
  const { result, requests } = await watched(action);
  const { requestId, ...told } = result[0].extensions;
  return { status: requests[0].status, message: result[0].message, ...told, requestId: typeof requestId };
}

async function main() {
  const first = await read(Post, { id: "2" }, "store-or-network");
  const again = await read(Post, { id: "2" }, "store-or-network");
  const { author, tags, comments, nodeId } = first.result.post;

  // The store has the author by way of the post, and asks for what it has not.
  const known = await read(Node, { nodeId: author.nodeId }, "store-or-network");
  const nodes = [];
  for (const id of [nodeId, author.nodeId, tags[0].nodeId, comments[0].nodeId]) {
    nodes.push((await read(Node, { nodeId: id }, "network-only")).result.node);
  }

  const missing = await refused(Post, {});
  session.token = "wrong";
  const unknown = await refused(Post, { id: "2" });

  console.log(JSON.stringify({ first, again, known, nodes, missing, unknown }));
}

main();
