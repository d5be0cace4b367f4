// The tabs a first visit opens with; a returning visitor's own tabs are kept in localStorage.
import createPost from './examples/create-post.graphql?raw';
import firstPost from './examples/first-post.graphql?raw';
import latestPosts from './examples/latest-posts.graphql?raw';
import logIn from './examples/log-in.graphql?raw';
import postsByPage from './examples/posts-by-page.graphql?raw';
import postsByPageVariables from './examples/posts-by-page.json?raw';

export const examples = [
  { query: firstPost },
  { query: latestPosts },
  { query: postsByPage, variables: postsByPageVariables },
  { query: logIn },
  { query: createPost, headers: JSON.stringify({ Authorization: 'Bearer <token>' }, null, 2) },
];
