// Bytes as bars: what the page shows is solid, what it never shows is hatched.
import { bytes, delayed, told, unusedOf } from './figures.js';
import { html, set, svg } from './svg.js';

const HEIGHT = 28;
const sum = (requests, of) => requests.reduce((total, request) => total + of(request), 0);

/** Draws a bar for each way; what is returned shows what has come in at an instant. */
export function drawBytes(element, lanes) {
  const most = Math.max(...lanes.map(({ figures }) => figures.down.median), 1);
  const rows = lanes.map((lane) => new Row(lane, most));
  element.replaceChildren(...rows.map((row) => row.element));
  return (clock, latency) => rows.forEach((row) => row.at(clock, latency));
}

class Row {
  constructor(lane, most) {
    Object.assign(this, lane, { most });
    this.number = html('strong');
    this.rest = html('span', { className: 'soft small' });
    const title = html('h3', {}, html('span', { className: 'dot' }), this.way.title);
    const wire = html('span', { className: 'soft small' }, `${told(this.figures.wire, bytes)} compressed`);
    const head = html('div', { className: 'lane-head' }, title, this.number, this.rest, wire);
    const track = html('div', { className: 'track' }, this.#picture());
    this.element = html('div', { className: `lane ${this.way.name}` }, head, track);
    this.at(Infinity);
  }

  at(clock, latency = 0) {
    const isOver = clock === Infinity;
    const came = isOver ? this.run : this.run.filter((one) => delayed(one, latency).end <= clock);
    const [down, unused] = [sum(came, (one) => one.down), sum(came, unusedOf)];
    this.number.textContent = isOver ? told(this.figures.down, bytes) : bytes(down);
    this.rest.textContent = `${isOver ? told(this.figures.unused, bytes) : bytes(unused)} never shown`;
    const percent = (value) => `${(value / this.most) * 100}%`;
    set(this.shown, { width: percent(down - unused) });
    set(this.hatched, { x: percent(down - unused), width: percent(unused) });
  }

  #picture() {
    const hatch = `hatch-${this.way.name}`;
    const [down, unused] = [sum(this.run, (one) => one.down), sum(this.run, unusedOf)];
    const label = `${this.way.title}: ${bytes(down - unused)} shown, ${bytes(unused)} never shown`;
    this.shown = svg('rect', { height: HEIGHT, class: 'bar' });
    this.hatched = svg('rect', { height: HEIGHT, class: 'hatched', fill: `url(#${hatch})` });
    const size = { height: HEIGHT, width: '100%', class: 'bytes' };
    return svg('svg', { ...size, role: 'img', 'aria-label': label }, pattern(hatch), this.shown, this.hatched);
  }
}

function pattern(id) {
  const across = { width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' };
  const line = svg('rect', { width: 2, height: 7, class: 'bar' });
  return svg('defs', {}, svg('pattern', { id, ...across }, line));
}
