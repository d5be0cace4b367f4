// Apollo Server on Fastify, with the document cache that it has by default.
import './production.mjs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { newContext, resolvers, typeDefs } from './schema.mjs';

const apollo = new ApolloServer({
  typeDefs,
  resolvers,
  // A plugin less that would watch every field being resolved.
  plugins: [ApolloServerPluginCacheControlDisabled()],
  // Open connections would keep it from ending.
  stopOnTerminationSignals: false,
});
await apollo.start();
const app = Fastify();
app.register(fastifyApollo(apollo), { context: async () => newContext() });
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
console.log('ready');
