// Requests over time: a lane for each way, all on one clock.
import { delayed, milliseconds, timeOf, trips, whole } from './figures.js';
import { fitting, html, set, svg, widthOf } from './svg.js';

const ROWS = [
  { upTo: 24, height: 22 },
  { upTo: 80, height: 16 },
  { upTo: Infinity, height: 7 },
];
const LOWEST_LABELLED = 16;
const GAP = 8;
const NICE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** The lanes below an element. `draw(lanes, latency, at)` shows them as they are at that instant. */
export class Waterfall {
  constructor(element) {
    this.element = element;
    new ResizeObserver(() => this.#again()).observe(element);
  }

  show(lanes, latency) {
    this.lanes = lanes;
    this.latency = latency;
    this.until = Math.max(...lanes.map(({ run }) => timeOf(run, latency)), 1);
    this.#build();
    this.at(Infinity);
  }

  /** What has happened so many milliseconds after the first request. */
  at(clock) {
    this.clock = clock;
    for (const drawn of this.drawn) {
      for (const bar of drawn.bars) move(bar, clock, this.scale);
      const done = drawn.bars.filter(({ end }) => end <= clock).length;
      drawn.time.textContent = milliseconds(Math.min(clock, drawn.until));
      drawn.count.textContent = counted(done, drawn.trips);
    }
  }

  #again() {
    if (!this.lanes || this.element.clientWidth === this.width) return;
    this.#build();
    this.at(this.clock);
  }

  #build() {
    this.width = this.element.clientWidth;
    this.drawn = this.lanes.map((lane) => this.#lane(lane));
    this.element.replaceChildren(...this.drawn.map(({ element }) => element));
    const [track] = this.element.getElementsByClassName('track');
    const width = track.clientWidth;
    this.scale = (time) => (time / this.until) * width;
    this.drawn.forEach((drawn, index) => this.#fill(drawn, width, index === 0));
  }

  #lane({ way, run }) {
    const time = html('strong', { className: 'time' });
    const count = html('span', { className: 'soft small' });
    const title = html('h3', {}, html('span', { className: 'dot' }), way.title);
    const head = html('div', { className: 'lane-head' }, title, time, count);
    const track = html('div', { className: 'track' });
    const element = html('div', { className: `lane ${way.name}` }, head, track);
    const until = timeOf(run, this.latency);
    return { element, track, time, count, run, until, way, trips: trips(run), bars: [] };
  }

  #fill(drawn, width, isFirst) {
    const { height: row } = ROWS.find(({ upTo }) => drawn.run.length <= upTo);
    const top = isFirst ? 22 : 4;
    const height = top + row * drawn.run.length + 4;
    const font = `11px ${getComputedStyle(drawn.track).fontFamily}`;
    const picture = svg('svg', { width, height, role: 'img', 'aria-label': this.#words(drawn) });
    picture.append(...this.#axis(width, height, isFirst, font));
    drawn.bars = drawn.run.map((request, index) => {
      const { start, end } = delayed(request, this.latency);
      const bar = svg('rect', { y: top + index * row + row / 8, height: row * 0.75, rx: row / 8, class: 'bar' });
      const took = milliseconds(end - start);
      const tip = svg('title', {}, `${request.method} ${request.path}, ${took}`);
      const isLabelled = row >= LOWEST_LABELLED;
      const label = isLabelled ? this.#label({ request, took, start, end, width, font }) : null;
      label?.setAttribute('y', top + index * row + row / 2 + 4);
      const group = svg('g', {}, tip, bar, ...(label ? [label] : []));
      picture.append(group);
      return { bar, label, start, end };
    });
    drawn.track.replaceChildren(picture);
  }

  #label({ request, took, start, end, width, font }) {
    const [from, to] = [this.scale(start), this.scale(end)];
    const path = request.path.split('?')[0] + (request.path.includes('?') ? '?…' : '');
    const room = { after: width - to - GAP, before: from - GAP, inside: to - from - 2 * GAP };
    const wanted = widthOf(`${took}  ${path}`, font);
    const place =
      ['after', 'before', 'inside'].find((side) => room[side] >= wanted) ??
      Object.keys(room).reduce((best, side) => (room[side] > room[best] ? side : best));
    const x = { after: to + GAP, before: from - GAP, inside: from + GAP }[place];
    const number = svg('tspan', { class: 'number' }, took);
    const rest = fitting(path, room[place] - widthOf(`${took}  `, font), font);
    const anchor = place === 'before' ? 'end' : 'start';
    return svg('text', { x, 'text-anchor': anchor, class: place }, number, rest && `  ${rest}`);
  }

  #axis(width, height, isFirst, font) {
    const step = NICE.find((size) => this.scale(size) >= Math.max(70, width / 8)) ?? this.until;
    const parts = [];
    for (let time = 0; time <= this.until; time += step) {
      const x = Math.min(Math.round(this.scale(time)) + 0.5, width - 0.5);
      parts.push(svg('line', { x1: x, x2: x, y1: isFirst ? 18 : 0, y2: height, class: 'tick' }));
      const text = `${whole(time)}${time ? '' : ' ms'}`;
      const fits = x + widthOf(text, font) < width;
      if (isFirst && fits) parts.push(svg('text', { x, y: 11, class: 'tick-label' }, text));
    }
    return parts;
  }

  #words({ way, run, until }) {
    return `${way.title}: ${counted(run.length, trips(run))}, ${milliseconds(until)}`;
  }
}

function counted(requests, sequence) {
  const noun = requests === 1 ? 'request' : 'requests';
  const depth = sequence === 1 ? '1 round trip' : `${sequence} round trips in sequence`;
  return `${requests} ${noun}, ${depth}`;
}

function move({ bar, label, start, end }, clock, scale) {
  const width = Math.max(scale(Math.min(end, clock)) - scale(start), clock > start ? 2 : 0);
  set(bar, { x: scale(start), width, visibility: clock > start ? 'visible' : 'hidden' });
  if (label) set(label, { visibility: clock >= end ? 'visible' : 'hidden' });
}
