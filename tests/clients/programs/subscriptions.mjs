// graphql-ws and graphql-sse, each with a subscription: to its end, left midway, and mistaken.
import { events, session, sockets } from "./client.mjs";

const listen = async (client, query, most = Infinity) => {
  const heard = [];
  const codes = (errors) => errors.map(({ extensions }) => extensions.code);
  try {
    for await (const result of client.iterate({ query })) {
      heard.push(result.errors ? codes(result.errors) : result);
      if (heard.length >= most) break;
    }
  } catch (errors) {
    heard.push(codes(errors));
  }
  return heard;
};

const told = {};
for (const [name, client] of Object.entries({ sockets, events })) {
  told[name] = {
    whole: await listen(client, "subscription { counted(to: 3) }"),
    left: await listen(client, "subscription { endless }", 2),
    mistaken: await listen(client, "subscription { nothing }"),
    after: await listen(client, "{ __typename }"),
  };
}
await sockets.dispose();
console.log(JSON.stringify(told));
