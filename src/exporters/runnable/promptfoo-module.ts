/**
 * A CommonJS module that needs Node alone; `test/exporters/runnable/promptfoo.test.ts` runs it.
 * @param listName the file beside it that holds `{ "ids": [...] }`
 */
export function promptfooModule(listName: string): string {
  return `'use strict';
// Keeps, of the tests that BENCHCAST_TESTS names, those of a core set.

const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { extname, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const { ids } = require(${JSON.stringify(`./${listName}`)});

const chosen = new Set(ids);

async function readTests() {
  const path = process.env.BENCHCAST_TESTS;
  if (!path) throw new Error('let BENCHCAST_TESTS name your tests: a .json or .jsonl file or a JavaScript module');
  const ending = extname(path).toLowerCase();
  if (ending === '.json') return JSON.parse(readText(path));
  if (ending === '.jsonl') return readText(path).split('\\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
  if (!['.js', '.cjs', '.mjs'].includes(ending)) {
    throw new Error(path + ' is not a .json or .jsonl file or a JavaScript module: write your tests as one of these');
  }
  const loaded = await import(pathToFileURL(resolve(path)).href);
  const tests = loaded.default ?? loaded;
  return typeof tests === 'function' ? tests() : tests;
}

function readText(path) {
  return readFileSync(path, 'utf8').replace(/^\\uFEFF/, '');
}

function idOf(test, index) {
  const { item_id, itemId, id } = test.metadata ?? {};
  const given = [item_id, itemId, id, test.description].find((text) => text !== undefined && text !== null && text !== '');
  if (given !== undefined) return String(given);
  // promptfoo itself describes tests of a file so, where they have no description.
  const row = 'Row #' + (index + 1);
  return chosen.has(row) ? row : hashOf(test.vars ?? {});
}

function hashOf(vars) {
  return 'vars-' + createHash('sha256').update(canonicalJson(vars)).digest('hex').slice(0, 16);
}

function canonicalJson(value) {
  if (Array.isArray(value)) return '[' + value.map(canonicalJson).join(',') + ']';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return '{' + keys.map((key) => JSON.stringify(key) + ':' + canonicalJson(value[key])).join(',') + '}';
}

module.exports = async function chosenTests() {
  const tests = await readTests();
  if (!Array.isArray(tests)) throw new Error(process.env.BENCHCAST_TESTS + ' does not give an array of tests');
  const known = tests.map((test, index) => ({ test, id: idOf(test, index) }));
  const found = new Set(known.map(({ id }) => id));
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    const names = missing.slice(0, 20).join(', ');
    throw new Error(missing.length + ' of the ' + ids.length + ' tests of the core set are not in ' + process.env.BENCHCAST_TESTS + ': ' + names);
  }
  return known.filter(({ id }) => chosen.has(id)).map(({ test }) => test);
};
`;
}
