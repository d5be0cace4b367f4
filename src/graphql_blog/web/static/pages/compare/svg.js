// SVG elements, and texts that fit into them.
const NAMESPACE = 'http://www.w3.org/2000/svg';
const canvas = document.createElement('canvas').getContext('2d');

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, name);
  set(element, attributes);
  element.append(...children);
  return element;
}

export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

export function widthOf(text, font) {
  canvas.font = font;
  return canvas.measureText(text).width;
}

/** The text, cut with an ellipsis where it is wider than that. */
export function fitting(text, width, font) {
  if (widthOf(text, font) <= width) return text;
  let end = text.length;
  while (end && widthOf(`${text.slice(0, end)}…`, font) > width) end -= 1;
  return end > 3 ? `${text.slice(0, end)}…` : '';
}

export function html(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
