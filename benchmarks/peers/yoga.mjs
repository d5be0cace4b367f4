// GraphQL Yoga on node:http, with graphql-jit and the document cache that it has by default.
import './production.mjs';
import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { createSchema, createYoga } from 'graphql-yoga';
import { newContext, resolvers, typeDefs } from './schema.mjs';

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: newContext,
  plugins: [useGraphQlJit()],
  cors: false,
  graphiql: false,
  landingPage: false,
  logging: false,
  multipart: false,
});
createServer(yoga).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
