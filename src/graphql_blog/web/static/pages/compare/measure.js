// Runs the requests of one way to fetch a page, and notes when each began, ended, and what it took.
import { Refusal, ask, bytesOf, read, wordsOf } from '../asking.js';
import { shownBytes } from './shown.js';

const CLOCK_TICK = 1;
const EXPECTED = new Set([200, 304, 404]);
const HEADERS = { 'X-Compare': '1', Accept: 'application/json' };

/** All requests of a way, in the order they began; times are milliseconds since the first. */
export async function measured(way, { oneAtATime = false } = {}) {
  const known = await before(way);
  // What was asked beforehand has the same addresses. The browser notes it a moment later.
  await moment();
  performance.clearResourceTimings();
  const began = performance.now();
  const running = new Map();
  const send = once(oneAtATime ? inTurn(request) : request);
  for (const step of way.steps) running.set(step.name, run(step, running, known, send));
  const found = (await Promise.all(running.values())).flatMap(({ requests }) => requests);
  const requests = [...new Set(found)];
  await timed(requests);
  for (const request of requests) {
    request.start = Math.max(request.start - began, 0);
    request.end = Math.max(request.end - began, request.start);
  }
  return requests.sort((one, other) => one.start - other.start || one.depth - other.depth);
}

/** What is done beforehand: queries made known, and the ETags of what a returning visitor has. */
async function before(way) {
  const known = new Map();
  for (const step of way.steps.filter(({ before }) => before)) {
    const sent = sending({ method: 'POST', body: step.before });
    await (await ask('graphql', sent)).arrayBuffer();
  }
  for (const step of way.steps.filter(({ again }) => again)) {
    const response = await ask(relative(step.path), sending(step));
    await response.arrayBuffer();
    if (response.headers.has('ETag')) known.set(step.path, response.headers.get('ETag'));
  }
  return known;
}

/** The same, but for what was asked before: nobody asks twice for what he has. */
function once(send) {
  const asked = new Map();
  return async (step, path, ...more) => {
    const name = `${step.method} ${path}`;
    if (!asked.has(name)) asked.set(name, send(step, path, ...more));
    const request = await asked.get(name);
    request.steps.add(step);
    return request;
  };
}

/** The same, each call when the one before has ended. */
function inTurn(call) {
  let last = Promise.resolve();
  return (...given) => {
    last = last.then(() => call(...given));
    return last;
  };
}

async function run(step, running, known, send) {
  const parent = step.from ? await running.get(step.from) : null;
  const depth = 1 + Math.max(0, ...(parent?.requests ?? []).map((request) => request.depth));
  const objects = parent ? parent.answers.flatMap((answer) => within(answer, step.each)) : [{}];
  const paths = new Set(objects.map((object) => filled(step.path, object)).filter(Boolean));
  const requests = await Promise.all(
    [...paths].map((path) => send(step, path, depth, known.get(path))),
  );
  return { requests, answers: requests.map(({ answer }) => answer) };
}

/** The objects of an answer, or those below a key of it; lists are gone through. */
function within(answer, keys = '') {
  let found = [answer].flat();
  for (const key of keys.split('.').filter(Boolean)) {
    found = found.flatMap((object) => object?.[key] ?? []);
  }
  return found;
}

/** The path with the values of an object in its gaps; null when one of them has none. */
function filled(path, object) {
  let isWhole = true;
  const made = path.replace(/\{([\w.]+)\}/g, (_, name) => {
    const value = name.split('.').reduce((at, key) => at?.[key], object);
    isWhole &&= value !== null && value !== undefined;
    return encodeURIComponent(value);
  });
  return isWhole ? made : null;
}

async function request(step, path, depth, etag) {
  const sent = sending(step, etag);
  const start = performance.now();
  const response = await ask(relative(path), sent);
  const body = await response.arrayBuffer();
  const end = performance.now();
  const text = new TextDecoder().decode(body);
  if (!EXPECTED.has(response.status)) throw await refused(text, response, path);
  // What is not there, or not for this reader, is null to GraphQL.
  const answer = text && response.status !== 404 ? read(text, response) : null;
  if (answer?.errors) throw new Refusal(wordsOf(answer.errors, response));
  return {
    steps: new Set([step]),
    // The browser follows to where it is now, and does not tell what that took but for the time.
    depth: response.redirected ? depth + 1 : depth,
    method: sent.method,
    path,
    start,
    end,
    status: response.status,
    answer,
    up: bytesOf(path) + bytesOf(sent.body ?? ''),
    down: body.byteLength,
    wire: body.byteLength,
    encoding: response.headers.get('Content-Encoding'),
    get shown() {
      const shown = [...this.steps].map((wanted) => wanted.shown);
      return shown.every(Boolean) ? shownBytes(answer, shown.flat()) : body.byteLength;
    },
    trace: traceOf(response),
  };
}

function sending(step, etag) {
  const headers = { ...HEADERS, ...step.headers };
  if (etag) headers['If-None-Match'] = etag;
  if (!step.body) return { method: step.method ?? 'GET', headers };
  headers['Content-Type'] = 'application/json';
  return { method: step.method ?? 'POST', headers, body: JSON.stringify(step.body) };
}

const relative = (path) => path.replace(/^\//, '');

function traceOf(response) {
  const trace = response.headers.get('X-Compare-Trace');
  return trace ? JSON.parse(trace) : null;
}

export class RateLimited extends Refusal {}

async function refused(text, response, path) {
  const answer = read(text, response);
  const words = answer.errors?.map(({ message }) => message).join('\n') ?? answer.error;
  if (response.status !== 429) return new Refusal(`${path} answered ${response.status}: ${words}`);
  const seconds = response.headers.get('Retry-After');
  return new RateLimited(seconds ? `${words} Try again in ${seconds} s.` : words);
}

const moment = () => new Promise((resolve) => setTimeout(resolve));

/** The browser's own clock and count of bytes, where it tells them. */
async function timed(requests) {
  await moment();
  const entries = performance.getEntriesByType('resource');
  for (const request of requests) {
    const url = new URL(relative(request.path), document.baseURI).href;
    const isOf = ({ name, startTime }) => name === url && startTime >= request.start - CLOCK_TICK;
    const entry = entries.find(isOf);
    if (!entry || entry.responseEnd < entry.startTime) continue;
    request.start = entry.startTime;
    request.end = entry.responseEnd;
    if (entry.encodedBodySize) request.wire = entry.encodedBodySize;
  }
}
