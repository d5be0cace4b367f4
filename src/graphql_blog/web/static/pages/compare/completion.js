// What may stand at a place in a query, by the schema: fields, arguments, enums, types, directives.
const TOKEN = /#[^\n]*|"""[^]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|\.\.\.|[_A-Za-z]\w*|\$\w*|@\w*|-?\d[\d.eE+-]*|[^\s,]/g;
const ROOTS = { query: 'queryType', mutation: 'mutationType', subscription: 'subscriptionType' };
const MOST = 60;

export class Schema {
  constructor({ __schema: schema }) {
    this.schema = schema;
    this.types = new Map(schema.types.map((type) => [type.name, type]));
  }

  root(keyword) {
    return this.types.get(this.schema[ROOTS[keyword]]?.name);
  }

  type(name) {
    return this.types.get(name);
  }

  directive(token) {
    return this.schema.directives.find(({ name }) => `@${name}` === token);
  }
}

const innermost = (type) => (type?.ofType ? innermost(type.ofType) : type?.name);

export function signature(type) {
  if (type.kind === 'NON_NULL') return `${signature(type.ofType)}!`;
  return type.kind === 'LIST' ? `[${signature(type.ofType)}]` : type.name;
}

/** The words that fit before the caret: `{from, options: [{name, type, description}]}`. */
export function suggestions(schema, text, caret) {
  const before = text.slice(0, caret);
  if (isInside(before)) return { from: caret, options: [] };
  const [word] = before.match(/[$@]?\w*$/);
  const from = caret - word.length;
  const known = wordsAt(schema, before.slice(0, from), word);
  const lower = word.toLowerCase();
  const rank = (name) => (name === word ? 0 : name.toLowerCase().startsWith(lower) ? 1 : 2);
  const options = known
    .filter(({ name }) => name.toLowerCase().includes(lower))
    .sort((one, other) => rank(one.name) - rank(other.name))
    .slice(0, MOST);
  // What is complete already needs no list.
  return { from, options: options.length === 1 && options[0].name === word ? [] : options };
}

/** Whether the caret is in a comment or a text. */
function isInside(before) {
  const last = [...before.matchAll(TOKEN)].at(-1);
  if (!last || last.index + last[0].length < before.length) return false;
  const [token] = last;
  return token.startsWith('#') || (token.startsWith('"') && !(token.length > 1 && token.endsWith('"')));
}

function wordsAt(schema, before, word) {
  if (word.startsWith('@')) return schema.schema.directives.map((one) => ({ ...one, name: `@${one.name}` }));
  const place = placeOf(schema, before);
  if (word.startsWith('$')) return place.variables.map((name) => ({ name }));
  return place.words();
}

/** Walks through the text, keeping which type, arguments or input every open bracket is about. */
function placeOf(schema, before) {
  const walk = { schema, stack: [], field: null, pending: schema.root('query'), previous: '', variables: [] };
  for (const [token] of before.matchAll(TOKEN)) {
    if (!token.startsWith('#')) step(walk, token);
  }
  return { variables: walk.variables, words: () => wordsOf(walk) };
}

function step(walk, token) {
  const { stack } = walk;
  const top = stack.at(-1);
  if (token === '{' || token === '(' || token === '[') stack.push(opened(walk, token, top));
  else if (token === '}' || token === ')' || token === ']') closed(walk, stack.pop());
  else if (!top) atTop(walk, token);
  else if (top.kind === 'fields') inFields(walk, top, token);
  else if (top.kind === 'variables') inVariables(walk, token);
  else inInput(walk, top, token);
  walk.previous = token;
}

function opened(walk, token, top) {
  if (token === '(') {
    if (!top) return { kind: 'variables' };
    const directive = walk.schema.directive(walk.previous);
    if (directive) return { kind: 'input', of: directive.args, field: walk.field };
    return { kind: 'input', of: walk.field?.args ?? [], field: walk.field };
  }
  if (top?.kind === 'input' || top?.kind === 'list') {
    const type = walk.schema.type(innermost(top.kind === 'list' ? top.type : top.value?.type));
    if (token === '[') return { kind: 'list', type: top.value?.type ?? top.type };
    return { kind: 'input', of: type?.inputFields ?? [] };
  }
  const type = top ? walk.schema.type(innermost(walk.field?.type) ?? walk.condition) : walk.pending;
  return { kind: 'fields', type: walk.condition ? walk.schema.type(walk.condition) : type };
}

function closed(walk, bracket) {
  if (bracket?.kind === 'input' && bracket.field) walk.field = bracket.field;
  else if (bracket?.kind === 'fields') walk.field = null;
  walk.condition = null;
}

function atTop(walk, token) {
  if (token in ROOTS) walk.pending = walk.schema.root(token);
  if (walk.previous === 'on') walk.pending = walk.schema.type(token);
}

function inFields(walk, top, token) {
  if (walk.previous === 'on' && walk.isSpread) walk.condition = token;
  else if (token === '...') [walk.isSpread, walk.field, walk.condition] = [true, null, top.type?.name];
  else if (/^[_A-Za-z]/.test(token) && token !== 'on') {
    walk.isSpread = false;
    walk.condition = null;
    walk.field = top.type?.fields?.find(({ name }) => name === token) ?? null;
  }
}

function inVariables(walk, token) {
  if (token.startsWith('$')) walk.variables.push(token);
}

function inInput(walk, top, token) {
  if (token === ':') top.value = top.of?.find(({ name }) => name === walk.previous);
  else if (walk.previous === ':') top.given = top.value;
}

function wordsOf({ schema, stack, previous, isSpread, variables }) {
  const top = stack.at(-1);
  if (!top) return Object.keys(ROOTS).concat('fragment').map((name) => ({ name }));
  if (top.kind === 'variables') return previous === ':' ? inputTypes(schema) : [];
  if (top.kind === 'list') return values(schema, top.type, variables);
  if (top.kind === 'input') return previous === ':' ? values(schema, top.value?.type, variables) : top.of;
  if (previous === '...') return [{ name: 'on' }];
  if (previous === 'on' && isSpread) return possible(schema, top.type);
  return [...(top.type?.fields ?? []), { name: '__typename', type: { name: 'String' } }];
}

function values(schema, type, variables) {
  const found = schema.type(innermost(type));
  const own = found?.enumValues ?? (found?.name === 'Boolean' ? [{ name: 'true' }, { name: 'false' }] : []);
  return [...own, ...variables.map((name) => ({ name }))];
}

function inputTypes(schema) {
  return schema.schema.types.filter(({ kind }) => ['SCALAR', 'ENUM', 'INPUT_OBJECT'].includes(kind));
}

function possible(schema, type) {
  return type?.possibleTypes ?? (type ? [type] : []);
}
