// A text area for a query: coloured, with completion from the schema, and good without a mouse.
//
// Ctrl-Space or typing opens the list, arrows choose, Enter or Tab take, Escape closes. Tab leaves the
// editor whenever the list is closed.
import { show } from '../code.js';
import { Schema, signature, suggestions } from './completion.js';
import { html } from './svg.js';

export class Editor {
  /** `ask` fetches what introspection tells; null where the server does not. */
  constructor({ area, colours, list, status, ask }) {
    Object.assign(this, { area, colours, list, status, ask, options: [], chosen: -1 });
    area.addEventListener('input', (event) => this.#typed(event));
    area.addEventListener('scroll', () => this.#follow());
    area.addEventListener('keydown', (event) => this.#pressed(event));
    area.addEventListener('blur', () => this.#close());
    area.addEventListener('click', () => this.#close());
    area.addEventListener('focus', () => this.#learn(), { once: true });
    list.addEventListener('mousedown', (event) => this.#clicked(event));
  }

  get value() {
    return this.area.value;
  }

  set value(text) {
    this.area.value = text;
    this.#colour();
  }

  async #learn() {
    const known = await this.ask().catch(() => null);
    this.schema = known && new Schema(known);
  }

  #colour() {
    // A last line that is empty would have no height.
    show(this.colours, `${this.area.value}\n`, 'graphql');
    this.#follow();
  }

  #follow() {
    const { scrollLeft, scrollTop } = this.area;
    Object.assign(this.colours.parentElement, { scrollLeft, scrollTop });
  }

  #typed({ inputType, data }) {
    this.#colour();
    const isWord = inputType === 'insertText' && /[\w$@]/.test(data ?? '');
    const isShorter = inputType?.startsWith('delete') && !this.list.hidden;
    if (isWord || isShorter) this.#suggest();
    else this.#close();
  }

  #suggest() {
    const { selectionStart: caret, value } = this.area;
    const found = this.schema ? suggestions(this.schema, value, caret) : { options: [] };
    if (!found.options.length) return this.#close();
    this.from = found.from;
    this.options = found.options;
    this.list.replaceChildren(...found.options.map(option));
    this.list.hidden = false;
    this.area.setAttribute('aria-activedescendant', '');
    this.#choose(0);
    this.#place();
    this.status.textContent = `${found.options.length} suggestions`;
    return undefined;
  }

  #place() {
    const box = this.area.parentElement.getBoundingClientRect();
    const at = rectOf(this.colours, this.from);
    const left = Math.min(at.left - box.left, Math.max(box.width - this.list.offsetWidth - 4, 0));
    Object.assign(this.list.style, { left: `${Math.max(left, 0)}px`, top: `${at.bottom - box.top + 4}px` });
  }

  #choose(index) {
    this.chosen = (index + this.options.length) % this.options.length;
    [...this.list.children].forEach((item, at) => {
      item.setAttribute('aria-selected', at === this.chosen);
      if (at === this.chosen) item.scrollIntoView({ block: 'nearest' });
    });
    this.area.setAttribute('aria-activedescendant', this.list.children[this.chosen].id);
  }

  #take() {
    const { name } = this.options[this.chosen];
    this.area.setSelectionRange(this.from, this.area.selectionEnd);
    this.#insert(name);
    this.#close();
  }

  /** In a way that can be undone. */
  #insert(text) {
    if (!document.execCommand('insertText', false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, 'end');
      this.area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
  }

  #close() {
    if (this.list.hidden) return;
    this.list.hidden = true;
    this.options = [];
    this.area.removeAttribute('aria-activedescendant');
    this.status.textContent = '';
  }

  #clicked(event) {
    event.preventDefault();
    const item = event.target.closest('[role=option]');
    if (!item) return;
    this.#choose([...this.list.children].indexOf(item));
    this.#take();
  }

  #pressed(event) {
    const { key, ctrlKey, metaKey } = event;
    const does = this.list.hidden ? this.#whileClosed(key, ctrlKey || metaKey) : this.#whileOpen(key);
    if (!does) return;
    event.preventDefault();
    does();
  }

  #whileOpen(key) {
    return {
      ArrowDown: () => this.#choose(this.chosen + 1),
      ArrowUp: () => this.#choose(this.chosen - 1),
      Enter: () => this.#take(),
      Tab: () => this.#take(),
      Escape: () => this.#close(),
    }[key];
  }

  #whileClosed(key, isCommand) {
    if (key === ' ' && isCommand) return () => this.#suggest();
    if (key === 'Enter' && isCommand) return () => this.area.form.requestSubmit();
    return key === 'Enter' ? () => this.#newLine() : null;
  }

  /** As far in as the line before, and further between brackets. */
  #newLine() {
    const { value, selectionStart: start, selectionEnd: end } = this.area;
    const [indent] = value.slice(value.lastIndexOf('\n', start - 1) + 1, start).match(/^ */);
    const opens = /[{([]\s*$/.test(value.slice(0, start));
    this.#insert(`\n${indent}${opens ? '  ' : ''}`);
    if (opens && /^\s*[})\]]/.test(value.slice(end)) && !/^\s*\n/.test(value.slice(end))) {
      const caret = this.area.selectionStart;
      this.#insert(`\n${indent}`);
      this.area.setSelectionRange(caret, caret);
    }
  }
}

function option({ name, type, description }, index) {
  const kind = type ? html('span', { className: 'kind' }, signature(type)) : '';
  const item = html('li', { id: `suggestion-${index}`, title: description ?? '' }, name, kind);
  item.setAttribute('role', 'option');
  return item;
}

/** Where the character at that place of the text stands. */
function rectOf(element, place) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let before = 0;
  while (walker.nextNode()) {
    const { length } = walker.currentNode;
    if (before + length > place) {
      const found = document.createRange();
      found.setStart(walker.currentNode, place - before);
      return found.getBoundingClientRect();
    }
    before += length;
  }
  return element.getBoundingClientRect();
}
