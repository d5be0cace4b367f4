// What goes over the network. To be imported first: some clients keep the `fetch` they find.

const requests = [];
const original = globalThis.fetch;

globalThis.fetch = async (address, options) => {
  const response = await original(address, options);
  requests.push({
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
