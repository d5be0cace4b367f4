// SQL side by side: each statement once, how often it was sent, and the columns that it read.
import { show } from '../code.js';
import { milliseconds, whole } from './figures.js';
import { html } from './svg.js';

const BREAKS = / (?=(?:FROM|WHERE|ORDER BY|GROUP BY|LIMIT|(?:LEFT OUTER |LEFT )?JOIN)\b)/g;
const plural = (count, noun) => `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;

export function drawStatements(element, lanes) {
  const told = lanes.map(({ way, run }) => ({ way, statements: grouped(run), more: moreIn(run) }));
  const graphql = told.find(({ way }) => way.name === 'graphql');
  const needed = new Set(graphql?.statements.flatMap(({ columns }) => columns));
  // How GraphQL is asked changes nothing of what it reads.
  const different = told.filter((one) => one === graphql || !isGraphQL(one) || !same(one, graphql));
  element.replaceChildren(...different.map((way) => column(way, needed)));
}

const isGraphQL = ({ way }) => way.name.startsWith('graphql');

function grouped(run) {
  const bySql = new Map();
  for (const { trace } of run) {
    for (const { sql, columns, rows, ms } of trace.statements) {
      const kept = bySql.get(sql) ?? { sql, columns, times: 0, rows: 0, ms: 0 };
      bySql.set(sql, { ...kept, times: kept.times + 1, rows: kept.rows + rows, ms: kept.ms + ms });
    }
  }
  return [...bySql.values()];
}

const moreIn = (run) => run.reduce((total, { trace }) => total + (trace.more ?? 0), 0);
const texts = ({ statements }) => statements.map(({ sql }) => sql).sort().join();
const same = (one, other) => texts(one) === texts(other);

function column({ way, statements, more }, needed) {
  const sent = statements.reduce((total, { times }) => total + times, more);
  const title = html('h3', {}, html('span', { className: 'dot' }), way.title);
  const count = html('p', { className: 'soft small' }, plural(sent, 'statement'));
  const cards = statements.map((statement) => card(statement, needed));
  const rest = more ? [html('p', { className: 'soft small' }, `and ${plural(more, 'more statement')}`)] : [];
  return html('div', { className: `column ${way.name}` }, title, count, ...cards, ...rest);
}

function card({ sql, columns, times, rows, ms }, needed) {
  const code = html('code');
  show(code, sql.replace(BREAKS, '\n'), 'sql');
  const often = times > 1 ? `${whole(times)} times · ` : '';
  const took = `${often}${plural(rows, 'row')} · ${milliseconds(ms)}`;
  const text = html('pre', { tabIndex: 0 }, code);
  text.setAttribute('role', 'group');
  text.setAttribute('aria-label', 'SQL statement');
  const read = html('ul', { className: 'columns' }, ...columns.map((name) => chip(name, needed)));
  read.setAttribute('aria-label', 'Columns read');
  return html('div', { className: 'card' }, text, read, html('p', { className: 'soft small' }, took));
}

function chip(name, needed) {
  const isNeeded = needed.has(name);
  const words = isNeeded ? [] : [html('span', { className: 'sr' }, ' (GraphQL does not read it)')];
  return html('li', { className: isNeeded ? '' : 'idle' }, name, ...words);
}
