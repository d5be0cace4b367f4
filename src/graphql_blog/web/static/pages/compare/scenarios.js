// The choice of a scenario, as radio buttons; the last one is the visitor's own query.
import { html } from './svg.js';

const OWN = { name: '', title: 'Your own query', description: 'Any query of this schema.' };

export class Scenarios {
  constructor(element, found, chosen) {
    this.element = element;
    this.found = new Map(found.map((scenario) => [scenario.name, scenario]));
    element.append(...[...found, OWN].map(radio));
    element.addEventListener('change', () => chosen(this.chosen));
  }

  /** The chosen scenario; undefined for the visitor's own query. */
  get chosen() {
    return this.found.get(this.element.querySelector(':checked')?.value);
  }

  choose(name) {
    const wanted = this.found.has(name) ? name : OWN.name;
    this.element.querySelector(`[value="${wanted}"]`).checked = true;
  }
}

function radio({ name, title, description }) {
  const input = html('input', { type: 'radio', name: 'scenario', value: name });
  const words = html('span', {}, html('strong', {}, title), html('small', {}, description));
  return html('label', {}, input, words);
}
