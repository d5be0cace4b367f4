import { put } from "./questions.mjs";

import { gql } from "@apollo/client";

import { client, session } from "./client.mjs";

await put({
  session,
  query: async (text, variables, { fresh } = {}) => {
    const fetchPolicy = fresh ? "network-only" : "cache-first";
    return (await client.query({ query: gql(text), variables, fetchPolicy })).data;
  },
  mutate: async (text, variables) => (await client.mutate({ mutation: gql(text), variables })).data,
  errorsOf: ({ errors }) => errors,
});
