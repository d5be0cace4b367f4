// How a client asks by hash: once before the server knows the text, once after.

import { SENT, watched } from "./requests.mjs";

export async function ask(query) {
  const told = [];
  for (let time = 0; time < 2; time++) {
    const { result, requests } = await watched(query);
    for (const { [SENT]: sent, method, status } of requests) {
      const hash = (typeof sent.extensions === "string" ? JSON.parse(sent.extensions) : sent.extensions)
        ?.persistedQuery?.sha256Hash;
      told.push([method, "query" in sent ? "text" : null, hash?.length, status].filter(Boolean).join(" "));
    }
    told.push(result);
  }
  console.log(JSON.stringify(told));
}
