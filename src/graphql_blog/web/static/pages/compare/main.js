// The page that fetches a page of the blog in several ways, and shows what each of them takes.
import { Refusal, ask, inAddress } from '../asking.js';
import { addressOf, stateIn } from './address.js';
import { Editor } from './editor.js';
import { planFor, scenariosOfServer, variablesIn } from './plan.js';
import { Results } from './results.js';
import { inRounds } from './rounds.js';
import { Scenarios } from './scenarios.js';

const DEFAULT = 'home';
const element = (id) => document.getElementById(id);
const [run, query, variables, latency] = ['run', 'query', 'variables', 'latency'].map(element);

const results = new Results();
const editor = new Editor({
  area: query,
  colours: element('colours'),
  list: element('suggestions'),
  status: element('suggested'),
  ask: introspected,
});
let scenarios = null;
let own = null;
let isRunning = false;

/** The schema, for completion; null where the server does not show it. */
async function introspected() {
  const response = await ask('schema.json', { cache: 'default' });
  return response.ok ? (await response.json()).data : null;
}

async function compare() {
  if (isRunning) return;
  busy(true);
  complain('');
  results.stop();
  try {
    const chosen = scenarios?.chosen;
    const written = () => ({ query: editor.value, variables: variablesIn(variables.value) });
    const plan = await planFor(chosen ? { scenario: chosen.name } : written());
    results.show(plan, await inRounds(plan.ways, say));
    element('controls').scrollIntoView();
    watch();
  } catch (error) {
    say('');
    complain(error instanceof Refusal ? error.message : `This page has a fault: ${error.message}`);
  } finally {
    busy(false);
  }
}

function watch() {
  say('');
  results.watch(latencyNow(), sayTimes);
}

function busy(is) {
  isRunning = is;
  run.setAttribute('aria-disabled', is);
  run.textContent = is ? 'Running …' : 'Run';
}

function say(words) {
  element('progress').textContent = words;
}

function sayTimes() {
  say(results.times(latencyNow()));
}

function complain(words) {
  element('problem').textContent = words;
  element('problem').hidden = !words;
}

const latencyNow = () => Number(latency.value);

/** Writes the state where links take it from. */
function keep() {
  const scenario = scenarios?.chosen?.name ?? null;
  const now = { scenario, query: editor.value, variables: variables.value, latency: latencyNow() };
  history.replaceState(null, '', addressOf(now));
  element('to-graphiql').href = `graphql${inAddress(now)}`;
  element('distance').textContent = nameOf(now.latency);
  element('copied').textContent = '';
}

function nameOf(milliseconds) {
  if (!milliseconds) return 'local, none added';
  if (milliseconds < 30) return `${milliseconds} ms, same city`;
  if (milliseconds < 80) return `${milliseconds} ms, same continent`;
  return milliseconds < 150 ? `${milliseconds} ms, other continent` : `${milliseconds} ms, fast 3G`;
}

function fill(text, given) {
  editor.value = text;
  variables.value = given;
  element('more').open = Boolean(given);
}

/** The operation of a scenario, or else what the visitor wrote before. */
function take(scenario) {
  if (!scenario) {
    if (own) fill(own.query, own.variables);
    return;
  }
  const given = scenario.operation.variables ?? {};
  fill(scenario.operation.query, Object.keys(given).length ? JSON.stringify(given, null, 2) : '');
}

function open() {
  const given = stateIn(window.location);
  latency.value = given.latency;
  scenarios?.choose(given.query === null ? (given.scenario ?? DEFAULT) : '');
  if (given.query === null) take(scenarios?.chosen);
  else {
    own = given;
    fill(given.query, given.variables);
  }
  keep();
  results.delay(latencyNow());
}

async function copyLink() {
  const written = navigator.clipboard?.writeText(window.location.href);
  const isCopied = await written?.then(() => true, () => false);
  element('copied').textContent = isCopied ? 'Copied.' : 'Copy it from the address bar.';
}

function changed() {
  own = { query: editor.value, variables: variables.value };
  scenarios?.choose('');
  keep();
}

function chosen(scenario) {
  take(scenario);
  keep();
}

element('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  compare();
});
query.addEventListener('input', changed);
variables.addEventListener('input', changed);
latency.addEventListener('input', () => {
  keep();
  results.delay(latencyNow());
});
latency.addEventListener('change', sayTimes);
element('copy').addEventListener('click', copyLink);
element('again').addEventListener('click', watch);
addEventListener('hashchange', open);

try {
  scenarios = new Scenarios(element('scenarios'), await scenariosOfServer(), chosen);
} catch (error) {
  complain(error.message);
}
open();
