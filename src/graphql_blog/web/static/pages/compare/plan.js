// What the server says about scenarios, and which requests each way takes for an operation.
import { Refusal, ask, read, wordsOf } from '../asking.js';

const OFF = 'This server does not compare: GRAPHQL_BLOG_COMPARE=on switches it on.';

export async function scenariosOfServer() {
  return answered(await ask('compare/scenarios'));
}

/** The plan for `{scenario}` or `{query, variables}`; refused when the query is not valid. */
export async function planFor(wanted) {
  const headers = { 'Content-Type': 'application/json' };
  return answered(await ask('compare/plan', { method: 'POST', headers, body: JSON.stringify(wanted) }));
}

async function answered(response) {
  const answer = read(await response.text(), response);
  if (response.ok) return answer;
  if (response.status === 404 && !answer.details?.length) throw new Refusal(OFF);
  const told = (answer.details ?? []).filter(({ message }) => message);
  throw new Refusal(wordsOf(told.length ? told : [{ message: answer.error }], response));
}

/** The variables as they were typed; refused when they are no JSON. */
export function variablesIn(text) {
  try {
    return text.trim() ? JSON.parse(text) : {};
  } catch (error) {
    throw new Refusal(`The variables are not valid JSON: ${error.message}`);
  }
}
