// How many bytes of an answer are for what the page shows: the answer, with all else left out.
import { bytesOf } from '../asking.js';

/** The bytes of the answer with nothing in it but these paths, such as `title` and `author.name`. */
export function shownBytes(answer, paths) {
  if (answer === null || !paths.length) return 0;
  return bytesOf(JSON.stringify(only(answer, treeOf(paths))));
}

function treeOf(paths) {
  const tree = {};
  for (const path of paths) {
    path.split('.').reduce((branch, key) => (branch[key] ??= {}), tree);
  }
  return tree;
}

function only(value, tree) {
  if (Array.isArray(value)) return value.map((item) => only(item, tree));
  if (value === null || typeof value !== 'object' || !Object.keys(tree).length) return value;
  const kept = Object.keys(value).filter((key) => Object.hasOwn(tree, key));
  return Object.fromEntries(kept.map((key) => [key, only(value[key], tree[key])]));
}
