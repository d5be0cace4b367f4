// What each client is asked to do; prints what came of it.

import { watched } from "./requests.mjs";

const POST = /* GraphQL */ `
  query Post($id: ID!) {
    post(id: $id) { id title author { id name } }
  }
`;

const TITLE = /* GraphQL */ `
  query Title($id: ID!) {
    post(id: $id) { id title }
  }
`;

const COMMENTS = /* GraphQL */ `
  query Comments($after: String) {
    post(id: "18") {
      id
      commentsConnection(first: 4, after: $after) {
        edges { cursor node { id } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

const INVALID = /* GraphQL */ `
  query Invalid {
    post(id: "1") { titel }
  }
`;

const LOGIN = /* GraphQL */ `
  mutation Login($input: LoginInput!) {
    login(input: $input) { token }
  }
`;

// All that has no id of its own.
const EMBEDDED = /* GraphQL */ `
  query Embedded {
    viewer { role user { id name } postsConnection(first: 1) { nodes { id } } }
    post(id: "1") { id seo { metaTitle } }
    postAggregate {
      count
      byStatus { status count }
      byMonth(last: 1) { month count }
      byTag(first: 1) { tag { id name } count }
      byAuthor(first: 1) { author { id name } count }
    }
  }
`;

/**
 * A client has a `session`; `query` and `mutate` return the data or throw an error, whose GraphQL
 * errors are `errorsOf(error)`. A `fresh` query is not to be answered from the cache.
 */
export async function put({ session, query, mutate, errorsOf }) {
  const first = await watched(() => query(POST, { id: "1" }));
  const again = await watched(() => query(POST, { id: "1" }));
  const less = await watched(() => query(TITLE, { id: "1" }));

  const page = async (after, fresh) => (await query(COMMENTS, { after }, { fresh })).post.commentsConnection;
  const { pageInfo } = await page(null);
  await page(pageInfo.endCursor, true);
  const pages = await watched(async () => (await page(null)).edges.map(({ node }) => node.id));

  const refused = async (...question) => {
    const { result, requests } = await watched(() => query(...question).catch(errorsOf));
    const [{ message, extensions }] = result;
    const { requestId, ...told } = extensions;
    return { status: requests[0].status, message, ...told, requestId: typeof requestId };
  };
  const invalid = await refused(INVALID, {});
  const missing = await refused(POST, {});
  session.token = "wrong";
  const unknown = await refused(POST, { id: "1" }, { fresh: true });

  session.token = null;
  session.token = (await mutate(LOGIN, { input: { username: "admin", password: "password" } })).login.token;
  const embedded = await query(EMBEDDED, {});

  const told = { first, again, less, pages, invalid, missing, unknown, embedded };
  const plain = (key, value) => (key === "__typename" ? undefined : value);
  console.log(JSON.stringify(told, plain));
}
