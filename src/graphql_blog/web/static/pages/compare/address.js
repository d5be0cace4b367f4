// The state of the page, in its address: a link shares the scenario or query, and the latency.
import { inAddress } from '../asking.js';

export const SLOWEST = 150;

/** What an address says: a scenario by name, or an operation, and how far away the server is. */
export function stateIn(location) {
  const asked = new URLSearchParams(location.search);
  const given = new URLSearchParams(location.hash.slice(1));
  const latency = Math.round(Number(asked.get('latency')));
  return {
    scenario: given.has('query') ? null : asked.get('scenario'),
    query: given.get('query'),
    variables: given.get('variables') ?? '',
    latency: Math.min(Math.max(latency || 0, 0), SLOWEST),
  };
}

export function addressOf({ scenario, query, variables, latency }) {
  const asked = new URLSearchParams();
  if (scenario) asked.set('scenario', scenario);
  if (latency) asked.set('latency', latency);
  const search = asked.size ? `?${asked}` : '';
  const hash = scenario ? '' : inAddress({ query, variables });
  return `${window.location.pathname}${search}${hash}`;
}
