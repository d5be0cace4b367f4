// From measured runs to figures: medians, ranges, and what a distance to the server adds.

const sum = (values) => values.reduce((total, value) => total + value, 0);
const most = (values) => Math.max(0, ...values);

/** What a run comes to, in the order the table has it. `text` tells a number to a person. */
export const FIGURES = [
  { name: 'requests', title: 'Requests', of: (run) => run.length, text: whole },
  { name: 'trips', title: 'Round trips in sequence', of: trips, text: whole },
  { name: 'down', title: 'Bytes received', of: (run) => sum(run.map(({ down }) => down)), text: bytes },
  { name: 'wire', title: 'Bytes received, compressed', of: (run) => sum(run.map(({ wire }) => wire)), text: bytes },
  { name: 'unused', title: 'Bytes never shown', of: unused, text: bytes },
  { name: 'up', title: 'Bytes sent', of: (run) => sum(run.map(({ up }) => up)), text: bytes },
  { name: 'statements', title: 'SQL statements', of: traced(statements), text: whole },
  { name: 'rows', title: 'Rows read', of: traced((trace) => trace.rows), text: whole },
  { name: 'columns', title: 'Columns read', of: columns, text: whole },
  { name: 'cpu', title: 'Server CPU', of: traced((trace) => trace.cpuMs), text: milliseconds },
];

export function trips(run) {
  return most(run.map(({ depth }) => depth));
}

export function unusedOf({ down, shown }) {
  return down - Math.min(down, shown);
}

function unused(run) {
  return sum(run.map(unusedOf));
}

function statements(trace) {
  return trace.statements.length + (trace.more ?? 0);
}

function traced(of) {
  return (run) => (run.some(({ trace }) => !trace) ? null : sum(run.map(({ trace }) => of(trace))));
}

/** Each column of each statement: what the database had to read and send. */
function columns(run) {
  if (run.some(({ trace }) => !trace)) return null;
  return sum(run.map(({ trace }) => trace.columnsRead));
}

/** When a request begins and ends with the server that far away: each round trip takes as long. */
export function delayed({ start, end, depth }, latency) {
  return { start: start + latency * (depth - 1), end: end + latency * depth };
}

export function timeOf(run, latency) {
  return most(run.map((request) => delayed(request, latency).end));
}

/** The run that took neither the longest nor the shortest. */
export function median(runs) {
  return [...runs].sort((one, other) => timeOf(one, 0) - timeOf(other, 0))[runs.length >> 1];
}

/** The least and the most that a figure was in all runs; null where the server does not tell. */
export function range(runs, of) {
  const values = runs.map(of);
  if (values.includes(null)) return null;
  return { least: Math.min(...values), most: most(values), median: of(median(runs)) };
}

export function told(found, text) {
  if (!found) return '–';
  const [least, greatest] = [text(found.least), text(found.most)];
  return least === greatest ? least : between(least, greatest);
}

function between(least, greatest) {
  const [, unit] = greatest.split(' ');
  return `${unit && least.endsWith(unit) ? least.split(' ')[0] : least}–${greatest}`;
}

export function whole(value) {
  return Math.round(value).toLocaleString('en');
}

export function bytes(value) {
  if (value < 1000) return `${Math.round(value)} B`;
  return `${(value / 1000).toFixed(value < 100_000 ? 1 : 0)} kB`;
}

export function milliseconds(value) {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
