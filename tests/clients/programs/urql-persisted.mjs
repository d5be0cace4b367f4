import { ask } from "./persisted.mjs";

import { Client, fetchExchange, gql } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

const client = new Client({
  url: "http://127.0.0.1:8000/graphql",
  preferGetMethod: false,
  exchanges: [persistedExchange({ preferGetForPersistedQueries: true }), fetchExchange],
});

const query = gql`query AskedByUrql($id: ID!) { post(id: $id) { id title } }`;
await ask(async () => (await client.query(query, { id: "1" })).data.post.title);
