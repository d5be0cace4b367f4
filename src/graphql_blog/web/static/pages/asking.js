// Requests to the server this page came from, with whatever goes wrong told in words.
const UTF_8 = new TextEncoder();

export const bytesOf = (text) => UTF_8.encode(text).length;

/** What is shown to the person; everything else is a bug. */
export class Refusal extends Error {}

export async function ask(path, options = {}) {
  try {
    return await fetch(path, { cache: 'no-store', ...options });
  } catch {
    throw new Refusal('The server cannot be reached. Is it still running?');
  }
}

/** A GraphQL request: the answer, its text, and the response it came with. */
export async function askGraphQL(operation, headers = {}) {
  const response = await ask('graphql', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
  const text = await response.text();
  const answer = read(text, response);
  if (answer.errors) throw new Refusal(wordsOf(answer.errors, response));
  return { answer, text, response };
}

export function read(text, response) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(`The server answered with status ${response.status}, and not with JSON.`);
  }
}

/** One line for each error, and what to do where that is known. */
export function wordsOf(errors, response) {
  const lines = errors.map(({ message, locations }) =>
    locations?.length ? `Line ${locations[0].line}: ${message}` : message,
  );
  const seconds = response.headers.get('Retry-After');
  if (response.status === 429 && seconds) lines.push(`Try again in ${seconds} s.`);
  return lines.join('\n');
}

/** The part of an address that carries an operation, the same for GraphiQL and the comparison. */
export function inAddress({ query, variables }) {
  const parts = { query };
  if (variables?.trim()) parts.variables = variables;
  return `#${new URLSearchParams(parts)}`;
}
