import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAllowed, shippedPackages } from '../../scripts/check-licences.ts';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const reasons = readFileSync(join(root, 'docs/decisions/0002-dependencies.md'), 'utf8');

describe('dependencies', () => {
  it('have their reason: those that ship in a row, the others in a sentence', () => {
    const rows = [...reasons.matchAll(/^\| ([^|]+) \| [^|]{15,} \|$/gm)].flatMap(([, names]) =>
      names.split(', '),
    );
    expect(Object.keys(manifest.dependencies).filter((name) => !rows.includes(name))).toEqual([]);
    // Types and the like of what is named.
    const others = Object.keys(manifest.devDependencies).filter((name) => !name.startsWith('@types/'));
    expect(others.filter((name) => !reasons.includes(name))).toEqual([]);
  });

  it('have no reason without a dependency', () => {
    const rows = [...reasons.matchAll(/^\| (?!package|---)([^|]+) \| [^|]+ \|$/gm)].flatMap(([, names]) =>
      names.split(', '),
    );
    expect(rows.filter((name) => !(name in manifest.dependencies))).toEqual([]);
  });

  it('ship under licences that allow it, those in the page as well', () => {
    const packages = shippedPackages();
    expect(packages.filter(({ licence }) => !isAllowed(licence))).toEqual([]);
    const names = packages.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(manifest.dependencies), 'preact', 'd3-shape']),
    );
    expect(names).not.toContain('vitest');
  });

  it('are locked with a digest each, and without the address that they came from', () => {
    for (const [path, locked] of Object.entries<{ link?: boolean; integrity?: string }>(lock.packages)) {
      if (!path.includes('node_modules/') || locked.link) continue;
      expect(locked.integrity, path).toMatch(/^sha512-/);
      expect(locked, path).not.toHaveProperty('resolved');
    }
  });

  it('are all in the lock, also those that are optional: else npm ci refuses', () => {
    const names = new Set(Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1)));
    const needed = Object.values<{ optionalDependencies?: object }>(lock.packages).flatMap(
      ({ optionalDependencies = {} }) => Object.keys(optionalDependencies),
    );
    expect(needed.filter((name) => !names.has(name))).toEqual([]);
  });
});

describe('the check of licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['(none)', false],
  ])('answers for %s: %s', (licence, expected) => {
    expect(isAllowed(licence)).toBe(expected);
  });
});
