// The query that another page of this server handed over, in the part of the address after #.
export function handedOver() {
  const given = new URLSearchParams(window.location.hash.slice(1));
  if (!given.has('query')) return {};
  // It is a tab from now on, and the address would contradict what is typed there.
  window.history.replaceState(null, '', window.location.pathname);
  return { query: given.get('query'), variables: given.get('variables') ?? '' };
}
