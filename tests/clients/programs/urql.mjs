import { put } from "./questions.mjs";

import { newClient, session } from "./client.mjs";

const client = newClient();

const dataOf = ({ data, error }) => {
  if (error) throw error;
  return data;
};

await put({
  session,
  query: async (text, variables, { fresh } = {}) => {
    const requestPolicy = fresh ? "network-only" : "cache-first";
    return dataOf(await client.query(text, variables, { requestPolicy }));
  },
  mutate: async (text, variables) => dataOf(await client.mutation(text, variables)),
  errorsOf: ({ graphQLErrors }) => graphQLErrors,
});
