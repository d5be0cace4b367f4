// Code with its tokens told apart, for GraphQL, JSON and SQL; as elements, never as HTML text.
const TOKENS = {
  graphql: /(?<note>#[^\n]*)|(?<text>"""[^]*?"""|"(?:\\.|[^"\\\n])*"?)|(?<name>\b(?:query|mutation|subscription|fragment|on|true|false|null)\b|[$@]\w+)|(?<mark>[{}()[\]:,!|=.&]+)/g,
  json: /(?<name>"(?:\\.|[^"\\])*"(?=\s*:))|(?<text>"(?:\\.|[^"\\])*")|(?<mark>[{}[\]:,]+)/g,
  sql: /(?<name>\b(?:SELECT|FROM|WHERE|ORDER BY|GROUP BY|LIMIT|OFFSET|LEFT OUTER JOIN|LEFT JOIN|JOIN LATERAL|JOIN|ON|AND|OR|IN|AS|DESC|ASC|CASE|WHEN|THEN|ELSE|END|NOT|IS|NULL|EXISTS|UNION ALL|OVER|PARTITION BY|DISTINCT)\b)|(?<text>'[^']*')|(?<mark>[(),.=<>?*]+)/g,
};

/** The text as a fragment in which names, texts, marks and notes are elements of their own. */
export function coloured(text, language) {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(TOKENS[language])) {
    const [kind] = Object.entries(found.groups).find(([, part]) => part !== undefined);
    const token = document.createElement('span');
    token.className = `t-${kind}`;
    token.textContent = found[0];
    fragment.append(text.slice(end, found.index), token);
    end = found.index + found[0].length;
  }
  fragment.append(text.slice(end));
  return fragment;
}

export function show(element, text, language) {
  element.replaceChildren(coloured(text, language));
}
