// The schema of Mercurius, Yoga and Apollo Server, with a DataLoader for every relation.
import DataLoader from 'dataloader';
import { commentsOfPosts, newestPosts, postById, usersById } from './sql.mjs';

export const typeDefs = `
  type Query {
    post(id: ID!): Post
    posts(first: Int! = 20): [Post!]!
  }

  type Post {
    id: ID!
    title: String!
    content: String!
    author: User!
    comments(first: Int! = 20): [Comment!]!
  }

  type Comment {
    id: ID!
    content: String!
    author: User!
  }

  type User {
    id: ID!
    name: String!
  }
`;

export const resolvers = {
  Query: {
    post: (_, { id }) => postById(id),
    posts: (_, { first }) => newestPosts(first),
  },
  Post: {
    author: (post, _, { loaders }) => loaders.users.load(post.author_id),
    comments: (post, { first }, { loaders }) => loaders.comments(first).load(post.id),
  },
  Comment: {
    author: (comment, _, { loaders }) => loaders.users.load(comment.author_id),
  },
};

/** The context of one request. */
export function newContext() {
  const comments = new Map();
  return {
    loaders: {
      users: new DataLoader(usersById),
      comments(first) {
        if (!comments.has(first)) {
          comments.set(first, new DataLoader((postIds) => commentsOfPosts(postIds, first)));
        }
        return comments.get(first);
      },
    },
  };
}
