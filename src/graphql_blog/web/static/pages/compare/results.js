// All that is drawn of what was measured, and the one clock that it is drawn by.
import { drawBytes } from './bytes.js';
import { FIGURES, median, milliseconds, range, timeOf } from './figures.js';
import { replay } from './replay.js';
import { drawStatements } from './statements.js';
import { html } from './svg.js';
import { drawTable, verdicts } from './table.js';
import { drawTiles } from './tiles.js';
import { Waterfall } from './waterfall.js';

const element = (id) => document.getElementById(id);
const list = (id, items) => element(id).replaceChildren(...items.map((parts) => html('li', {}, ...parts)));

export class Results {
  constructor() {
    this.waterfall = new Waterfall(element('waterfall'));
    this.stop = () => {};
  }

  show({ title, notes }, measured) {
    this.lanes = measured.map(({ way, runs, calm }) => {
      const counted = (name) => (name === 'cpu' && calm.length ? calm : runs);
      const figures = FIGURES.map(({ name, of }) => [name, range(counted(name), of)]);
      return { way, runs, run: median(runs), figures: Object.fromEntries(figures) };
    });
    element('results').hidden = false;
    element('empty').hidden = true;
    element('of').textContent = title || 'Your query';
    const count = measured[0].runs.length;
    element('runs').textContent = `${count} ${count === 1 ? 'run' : 'runs'} of each way`;
    list('verdict', verdicts(this.lanes, !notes?.length).map(([who, what]) => [html('b', {}, who), what]));
    list('notes', (notes ?? []).map((words) => [words]));
    this.#draw();
  }

  #draw() {
    const { lanes } = this;
    const drawn = [drawTiles(element('tiles'), lanes), drawBytes(element('bytes'), lanes)];
    this.countsAt = (clock, latency) => drawn.forEach((at) => at(clock, latency));
    const isTraced = lanes.every(({ figures }) => figures.statements);
    element('sql').hidden = !isTraced;
    if (isTraced) drawStatements(element('statements'), lanes);
    drawTable(element('figures'), lanes);
    element('requests').replaceChildren(...lanes.map(requestsOf));
  }

  /** Draws the waterfalls with the server that far away, as they are in the end. */
  delay(latency) {
    if (!this.lanes) return;
    this.stop();
    this.waterfall.show(this.lanes, latency);
    this.countsAt(Infinity);
  }

  /** The same while it happens, slowly enough to be watched. */
  watch(latency, done) {
    this.delay(latency);
    const until = Math.max(...this.lanes.map(({ run }) => timeOf(run, latency)));
    const at = (clock) => {
      this.waterfall.at(clock);
      this.countsAt(clock, latency);
    };
    this.stop = replay(until, at, done);
  }

  /** How long each way takes, in words. */
  times(latency) {
    const told = this.lanes?.map(({ way, run }) => `${way.title} ${milliseconds(timeOf(run, latency))}`);
    return told?.join(' · ') ?? '';
  }
}

function requestsOf({ way, run }) {
  const lines = run.map(({ method, path, status }) => html('li', {}, `${method} ${path} ${status}`));
  return html('div', {}, html('h3', {}, way.title), html('ol', {}, ...lines));
}
