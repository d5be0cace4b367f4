import { ask } from "./persisted.mjs";

import { createHash } from "node:crypto";

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const uri = "http://127.0.0.1:8000/graphql";
const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
const client = new ApolloClient({
  link: ApolloLink.from([persisted, new HttpLink({ uri })]),
  cache: new InMemoryCache(),
});

const query = gql`query AskedByApollo($id: ID!) { post(id: $id) { id title } }`;
const options = { query, variables: { id: "1" }, fetchPolicy: "network-only" };
await ask(async () => (await client.query(options)).data.post.title);
