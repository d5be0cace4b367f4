// PostGraphile: types from the tables, and fields that Grafast joins into one statement a query.
import './production.mjs';
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { extendSchema, gql, pgSmartTags } from 'postgraphile/utils';

const NewFieldsPlugin = extendSchema(({ pgResources: { comments, posts, users }, sql }) => {
  const author = ($row) => users.get({ id: $row.get('author_id') });
  const id = ($row) => $row.get('id');
  const visible = ($posts) => sql`${$posts}.visible_from <= now()`;
  return {
    typeDefs: gql`
      extend type Query {
        post(id: ID!): Post
        posts(first: Int! = 20): [Post!]!
      }
      extend type Post {
        id: ID!
        author: User!
        comments(first: Int! = 20): [Comment!]!
      }
      extend type Comment {
        id: ID!
        author: User!
      }
      extend type User {
        id: ID!
      }
    `,
    objects: {
      Query: {
        plans: {
          post(_, { $id }) {
            const $posts = posts.find({ id: $id });
            $posts.where(visible($posts));
            return $posts.single();
          },
          posts(_, { $first }) {
            const $posts = posts.find();
            $posts.where(visible($posts));
            $posts.orderBy({ attribute: 'listed_at', direction: 'DESC' });
            $posts.orderBy({ attribute: 'id', direction: 'DESC' });
            $posts.setOrderIsUnique();
            $posts.setFirst($first);
            return $posts;
          },
        },
      },
      Post: {
        plans: {
          id,
          author,
          comments($post, { $first }) {
            const $comments = comments.find({ post_id: $post.get('id') });
            $comments.where(sql`${$comments}.status = 'VISIBLE'`);
            $comments.orderBy({ attribute: 'created_at', direction: 'ASC' });
            $comments.orderBy({ attribute: 'id', direction: 'ASC' });
            $comments.setOrderIsUnique();
            $comments.setFirst($first);
            return $comments;
          },
        },
      },
      Comment: { plans: { id, author } },
      User: { plans: { id } },
    },
  };
});

const server = createServer();
const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [NewFieldsPlugin],
  disablePlugins: ['NodePlugin'],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      poolConfig: { max: 10 },
      pubsub: false,
    }),
  ],
  grafserv: { graphiql: false, outputDataAsString: true },
};
await postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'));
