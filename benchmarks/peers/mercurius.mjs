// Mercurius on Fastify, with graphql-jit. Its own loaders take an object's whole text as its key:
// DataLoader is faster.
import './production.mjs';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { newContext, resolvers, typeDefs } from './schema.mjs';

const app = Fastify();
app.register(mercurius, { schema: typeDefs, resolvers, context: newContext, jit: 1 });
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
console.log('ready');
