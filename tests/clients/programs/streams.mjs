// What the page does not show of WebSockets and events: who is refused, and how a client is told.

import { events, session, sockets } from "./client.mjs";

const VIEWER = { query: "query Viewer { viewer { user { username } } }" };
const TITLES = {
  query: "query Titles($first: Int!) { posts(first: $first, orderBy: { field: ID, direction: ASC }) { title } }",
  variables: { first: 2 },
};

async function all(client, operation) {
  const results = [];
  for await (const { data } of client.iterate(operation)) results.push(data);
  return results;
}

const anonymous = { sockets: await all(sockets, VIEWER), events: await all(events, VIEWER) };
const titles = { sockets: await all(sockets, TITLES), events: await all(events, TITLES) };
// Several at once over one socket.
const together = await Promise.all([all(sockets, VIEWER), all(sockets, TITLES), all(sockets, VIEWER)]);

// The socket closed with its last operation: the next one opens another.
session.token = "wrong";
const closed = await all(sockets, VIEWER).catch(({ code, reason }) => ({ code, reason }));
const refused = await all(events, VIEWER).catch(({ response }) => response.status);

console.log(JSON.stringify({ anonymous, titles, together, closed, refused }));
await sockets.dispose();
