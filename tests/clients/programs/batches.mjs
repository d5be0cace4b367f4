import { SENT, watched } from "./requests.mjs";

import { ApolloClient, InMemoryCache, gql } from "@apollo/client";
import { BatchHttpLink } from "@apollo/client/link/batch-http";
import { GraphQLClient } from "graphql-request";

const uri = "http://127.0.0.1:8000/graphql";
const POST = "query Post($id: ID!) { post(id: $id) { id title } }";
const WRONG = 'query Wrong { post(id: "1") { titel } }';

const apollo = new ApolloClient({ link: new BatchHttpLink({ uri }), cache: new InMemoryCache() });
const ask = (text, variables) => apollo.query({ query: gql(text), variables });
const byApollo = await watched(() =>
  Promise.all([
    ask(POST, { id: "1" }).then(({ data }) => data.post.title),
    ask(WRONG).catch(({ errors }) => errors[0].extensions.code),
    ask(POST, { id: "2" }).then(({ data }) => data.post.title),
  ]),
);

const byGraphQLRequest = await watched(async () => {
  const documents = ["1", "2"].map((id) => ({ document: POST, variables: { id } }));
  return (await new GraphQLClient(uri).batchRequests(documents)).map(({ data }) => data.post.title);
});

const told = ({ result, requests }) => ({
  result,
  requests: requests.map(({ [SENT]: { length }, status }) => ({ operations: length, status })),
});
console.log(JSON.stringify([told(byApollo), told(byGraphQLRequest)]));
