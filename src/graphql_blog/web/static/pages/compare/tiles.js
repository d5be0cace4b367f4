// The figures that matter most, each as bars beside each other, counting while the requests run.
import { FIGURES, delayed, told } from './figures.js';
import { html, set, svg } from './svg.js';

const SHOWN = ['requests', 'unused', 'statements', 'columns'];
const HEIGHT = 6;

/** Draws the tiles; what is returned shows what has come together at an instant. */
export function drawTiles(element, lanes) {
  const known = FIGURES.filter(({ name }) => SHOWN.includes(name) && lanes.every(({ figures }) => figures[name]));
  const tiles = known.map((figure) => new Tile(figure, lanes));
  element.replaceChildren(...tiles.map((tile) => tile.element));
  return (clock, latency = 0) => tiles.forEach((tile) => tile.at(clock, latency));
}

class Tile {
  constructor(figure, lanes) {
    this.figure = figure;
    this.most = Math.max(...lanes.map(({ figures }) => figures[figure.name].median), 1);
    this.rows = lanes.map(rowOf);
    const rows = html('ul', {}, ...this.rows.map(({ element }) => element));
    this.element = html('div', { className: 'tile' }, html('h3', {}, figure.title), rows);
    this.at(Infinity);
  }

  at(clock, latency = 0) {
    const { name, of, text } = this.figure;
    for (const { number, bar, lane } of this.rows) {
      const isOver = clock === Infinity;
      const came = isOver ? lane.run : lane.run.filter((one) => delayed(one, latency).end <= clock);
      const value = of(came);
      number.textContent = isOver ? told(lane.figures[name], text) : text(value);
      set(bar, { width: `${(value / this.most) * 100}%` });
    }
  }
}

function rowOf(lane) {
  const number = html('strong');
  const bar = svg('rect', { height: HEIGHT, rx: HEIGHT / 2, class: 'bar' });
  const picture = svg('svg', { width: '100%', height: HEIGHT, 'aria-hidden': true }, bar);
  const title = html('span', { className: 'small soft' }, lane.way.title);
  const element = html('li', { className: lane.way.name }, title, number, picture);
  return { element, number, bar, lane };
}
