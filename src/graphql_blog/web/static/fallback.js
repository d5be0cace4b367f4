// Sends the query of the fallback page to the address it was served from.
const query = document.getElementById('query');
const answer = document.getElementById('answer');

async function ask() {
  const response = await fetch(window.location.pathname, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json, application/json',
    },
    body: JSON.stringify({ query: query.value }),
  });
  return JSON.stringify(await response.json(), null, 2);
}

async function run() {
  answer.textContent = await ask().catch(String);
}

document.getElementById('run').addEventListener('click', run);
query.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
