import { put } from "./questions.mjs";

import { GraphQLClient } from "graphql-request";

const session = { token: null };
const client = new GraphQLClient("http://127.0.0.1:8000/graphql", {
  headers: () => (session.token ? { authorization: `Bearer ${session.token}` } : {}),
});

await put({
  session,
  query: (text, variables) => client.request(text, variables),
  mutate: (text, variables) => client.request(text, variables),
  errorsOf: ({ response }) => response.errors,
});
