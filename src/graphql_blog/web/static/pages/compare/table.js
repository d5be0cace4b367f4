// All figures of all ways, what the distance adds, and in words who is ahead in what.
import { FIGURES, milliseconds, range, timeOf, told, whole, bytes } from './figures.js';
import { html } from './svg.js';

const DISTANCES = [0, 50, 150];
const ROLES = [
  ['thead, tbody', 'rowgroup'],
  ['tr', 'row'],
  ['td', 'cell'],
  ['th[scope=row]', 'rowheader'],
  ['th[scope=col]', 'columnheader'],
];

export function drawTable(element, lanes) {
  const head = row(html('td'), ...lanes.map(({ way }) => header(way.title, 'col', way.name)));
  const rows = FIGURES.map(({ name, title, text }) =>
    line(title, lanes.map(({ figures }) => figures[name]), text),
  );
  const times = DISTANCES.map((latency) => {
    const found = lanes.map(({ runs }) => range(runs, (run) => timeOf(run, latency)));
    return line(latency ? `Time with ${latency} ms of latency` : 'Time on this line', found, milliseconds);
  });
  const body = html('tbody', {}, ...rows, ...times);
  element.replaceChildren(html('thead', {}, head), body);
  // On a phone rows are grids, which to some browsers are no rows any more.
  for (const [selector, role] of ROLES) {
    for (const part of element.querySelectorAll(selector)) part.setAttribute('role', role);
  }
  element.setAttribute('role', 'table');
  element.style.setProperty('--ways', lanes.length);
}

const row = (...cells) => html('tr', {}, ...cells);

function header(text, scope, className = '') {
  const dot = scope === 'col' ? [html('span', { className: 'dot' })] : [];
  return html('th', { scope, className }, ...dot, text);
}

function line(title, found, text) {
  const known = found.filter(Boolean).map(({ median }) => text(median));
  const best = found.filter(Boolean).reduce((least, { median }) => Math.min(least, median), Infinity);
  const differs = new Set(known).size > 1;
  const cells = found.map((one) => {
    const isBest = differs && one && text(one.median) === text(best);
    return html('td', { className: isBest ? 'best' : '' }, told(one, text));
  });
  return row(header(title, 'row'), ...cells);
}

const COMPARED = [
  { name: 'requests', unit: 'requests', text: whole },
  { name: 'trips', unit: 'round trips in sequence', text: whole },
  { name: 'up', unit: 'sent', text: bytes },
  { name: 'wire', unit: 'received', text: bytes },
  { name: 'unused', unit: 'never shown', text: bytes },
  { name: 'statements', unit: 'SQL statements', text: whole },
  { name: 'columns', unit: 'columns read', text: whole },
];

const ONLY_A_PART = ['REST does not fetch all of it', ', as is said below, so it is not said where REST wins.'];

/** Sentences on what GraphQL needs less of than REST, and REST less of than GraphQL: what stands out
 * of each, and the rest of it. */
export function verdicts(lanes, isWhole) {
  const graphql = lanes.find(({ way }) => way.name === 'graphql');
  if (!graphql) return [];
  const rests = lanes.filter(({ way }) => way.name.startsWith('rest') && way.steps.length);
  const found = rests.flatMap((rest) => sentences(graphql, rest, isWhole));
  return isWhole ? found : [ONLY_A_PART, ...found];
}

function sentences(graphql, rest, isWhole) {
  const ahead = listed(compared(graphql, rest));
  const behind = isWhole && listed(compared(rest, graphql));
  const { title } = rest.way;
  if (isWhole && !ahead && !behind) return [[title, ' and GraphQL take the same.']];
  const wins = ahead && [`Beside ${title}`, ` GraphQL takes ${ahead}.`];
  const loses = behind && [`${title} wins`, ` with ${behind}.`];
  return [wins, loses].filter(Boolean);
}

/** What the one needs less of, by more than is lost in telling it. */
function compared(one, other) {
  return COMPARED.flatMap(({ name, unit, text }) => {
    const [less, more] = [one, other].map(({ figures }) => figures[name]?.median ?? 0);
    const isTold = less < more && text(less) !== text(more);
    return isTold ? [`${text(less)} instead of ${text(more)} ${unit}`] : [];
  });
}

const listed = (words) => new Intl.ListFormat('en').format(words);
