import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const promises = textOf('docs/promises.md');

describe('promises', () => {
  it('rest on tests that are there', () => {
    const named = [...promises.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('rest on commands that are there', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = [...promises.matchAll(/`npm run ([\w:]+)`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('have none without either', () => {
    const rows = promises.split('\n').filter((line) => /^\| (?!promise|---)/.test(line));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !/`(test\/|npm run )/.test(row) && !row.includes('the same'))).toEqual([]);
  });
});

it('links from document to document lead somewhere', () => {
  const files = globSync('{*.md,docs/**/*.md,.github/**/*.md}', { cwd: root });
  const broken = files.flatMap((file) =>
    [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => target)
      .filter((target) => !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  expect(broken).toEqual([]);
});
