// Runs the audits of the package graphql-http against a server, and prints what they found as JSON.
// node audits.mjs FOLDER_WITH_NODE_MODULES URL
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, url] = process.argv.slice(2);
const { serverAudits } = createRequire(join(folder, 'package.json'))('graphql-http');

const found = [];
for (const audit of serverAudits({ url })) {
  const { id, name, status, reason } = await audit.fn();
  found.push({ id, name, status, reason });
}
console.log(JSON.stringify(found));
