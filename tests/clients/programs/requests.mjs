// What goes over the network. To be imported first: some clients keep the `fetch` they find.

const requests = [];
const original = globalThis.fetch;
export const SENT = Symbol("what was sent");

globalThis.fetch = async (address, options) => {
  const response = await original(address, options);
  const { searchParams } = new URL(address);
  requests.push({
    // Not for JSON, unless asked for.
    [SENT]: options?.body ? JSON.parse(options.body) : Object.fromEntries(searchParams),
    method: options?.method ?? "GET",
    accept: new Headers(options?.headers).get("accept"),
    status: response.status,
    type: response.headers.get("content-type"),
  });
  return response;
};

/** What comes of it, and the requests it takes. */
export async function watched(action) {
  requests.length = 0;
  const result = await action();
  return { result, requests: [...requests] };
}
