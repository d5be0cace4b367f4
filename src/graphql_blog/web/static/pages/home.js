// The home page asks its first query, shows the answer, and says what it took.
import { askGraphQL, bytesOf, inAddress } from './asking.js';
import { show } from './code.js';

const element = (id) => document.getElementById(id);
const query = element('query').textContent;
const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

async function run() {
  const began = performance.now();
  try {
    const { answer, text, response } = await askGraphQL({ query }, { 'X-Compare': '1' });
    const took = performance.now() - began;
    show(element('answer'), JSON.stringify(answer, null, 2), 'json');
    element('told').textContent = told(text, took, response.headers.get('X-Compare-Trace'));
  } catch (refusal) {
    element('answer').textContent = '';
    element('told').textContent = refusal.message;
  }
}

function told(text, took, trace) {
  const parts = ['1 request', plural(bytesOf(text), 'byte')];
  if (trace) parts.push(plural(statementsIn(JSON.parse(trace)), 'SQL statement'));
  return [...parts, `${took.toFixed(0)} ms`].join(' · ');
}

const statementsIn = ({ statements, more = 0 }) => statements.length + more;

show(element('query'), query, 'graphql');
for (const link of document.querySelectorAll('.buttons a[id]')) {
  link.href = `${link.getAttribute('href')}${inAddress({ query })}`;
}
element('again').addEventListener('click', run);
run();
