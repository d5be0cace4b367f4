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
  { name: 'requests', less: (one, other) => `${whole(one)} instead of ${whole(other)} requests` },
  { name: 'trips', less: (one, other) => `${whole(one)} instead of ${whole(other)} round trips in sequence` },
  { name: 'up', less: (one, other) => `${bytes(one)} instead of ${bytes(other)} sent` },
  { name: 'wire', less: (one, other) => `${bytes(one)} instead of ${bytes(other)} on the wire` },
  { name: 'unused', less: (one, other) => `${bytes(one)} instead of ${bytes(other)} never shown` },
  { name: 'statements', less: (one, other) => `${whole(one)} instead of ${whole(other)} SQL statements` },
  { name: 'columns', less: (one, other) => `${whole(one)} instead of ${whole(other)} columns read` },
];

/** Sentences on what GraphQL needs less of than REST, and REST less of than GraphQL: what stands out
 * of each, and the rest of it. */
export function verdicts(lanes) {
  const graphql = lanes.find(({ way }) => way.name === 'graphql');
  if (!graphql) return [];
  return lanes.filter(({ way }) => way.name.startsWith('rest')).flatMap((rest) => sentences(graphql, rest));
}

function sentences(graphql, rest) {
  const ahead = listed(compared(graphql, rest));
  const behind = listed(compared(rest, graphql));
  const { title } = rest.way;
  if (!ahead && !behind) return [[title, ' and GraphQL take the same.']];
  const wins = ahead && [`Beside ${title}`, ` GraphQL takes ${ahead}.`];
  const loses = behind && [`${title} wins`, ` with ${behind}.`];
  return [wins, loses].filter(Boolean);
}

function compared(one, other) {
  return COMPARED.filter(({ name }) => (one.figures[name]?.median ?? 0) < (other.figures[name]?.median ?? 0)).map(
    ({ name, less }) => less(one.figures[name].median, other.figures[name].median),
  );
}

const listed = (words) => new Intl.ListFormat('en').format(words);
