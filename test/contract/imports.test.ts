import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../src');

/** Which folders (or single files) of src, and which packages, the code of a folder may import; `types` only as types. */
const allowed: Record<string, { code: string[]; types?: string[]; packages?: string[] }> = {
  'errors.ts': { code: [] },
  'version.ts': { code: [] },
  'limits.ts': { code: [] },
  'in-turns.ts': { code: [] },
  'config.ts': { code: ['errors.ts', 'limits.ts'], packages: ['zod'] },
  scores: { code: ['scores', 'errors.ts'] },
  estimation: { code: ['estimation', 'scores', 'errors.ts'] },
  simulation: { code: ['simulation', 'estimation'] },
  importers: {
    code: ['importers', 'scores', 'errors.ts'],
    packages: ['@streamparser/json', 'hyparquet', 'split2', 'tar-stream', 'yauzl'],
  },
  exporters: { code: ['exporters', 'scores', 'errors.ts'] },
  storage: {
    code: ['storage', 'scores', 'errors.ts', 'in-turns.ts'],
    types: ['estimation'],
    packages: ['better-sqlite3'],
  },
  workers: { code: ['workers', 'estimation', 'errors.ts'], types: ['limits.ts'], packages: ['piscina'] },
  services: {
    code: [
      'services',
      'storage',
      'workers',
      'estimation',
      'importers',
      'exporters',
      'scores',
      'errors.ts',
      'limits.ts',
      'in-turns.ts',
    ],
    packages: ['lru-cache', 'p-queue'],
  },
  // What counts for Prometheus; nobody else knows of it.
  metrics: {
    code: ['metrics', 'services/readiness.ts', 'estimation/estimators/names.ts', 'version.ts'],
    types: ['services'],
    packages: ['prom-client'],
  },
  http: {
    code: [
      'http',
      'metrics',
      'services',
      'scores',
      'errors.ts',
      'version.ts',
      'estimation/estimators/names.ts',
      'estimation/designs/names.ts',
      'estimation/backtest/splits.ts',
      'estimation/warnings.ts',
      'estimation/similarity/similarity.ts',
      'exporters/runnable/runnable.ts',
      'importers/logs/reducers.ts',
    ],
    types: ['storage', 'estimation', 'limits.ts'],
    packages: ['fastify', '@fastify', 'fastify-type-provider-zod', 'lru-cache', 'zod', 'pino'],
  },
  commands: {
    code: [
      'commands',
      'metrics',
      'http',
      'services',
      'simulation',
      'importers/files',
      'importers/logs/reducers.ts',
      'config.ts',
      'errors.ts',
      'version.ts',
    ],
    packages: ['cli-progress', 'cli-table3', 'close-with-grace', 'commander', 'pino', 'zod'],
  },
  // The page knows the service by its API alone.
  dashboard: {
    code: ['dashboard'],
    packages: ['@observablehq/plot', '@picocss/pico', 'd3-dsv', 'openapi-fetch', 'preact', 'preact-iso'],
    types: ['../clients/typescript/src/schema.d.ts'],
  },
  'main.ts': { code: ['commands', 'errors.ts'] },
};

interface Import {
  readonly from: string;
  readonly target: string;
  readonly isType: boolean;
}

const files = globSync('**/*.{ts,tsx}', { cwd: root });
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';/gms)].map(
    ([, type, target]) => ({
      from: file,
      target: target.startsWith('.') ? relative(root, join(root, dirname(file), target)) : target,
      isType: type !== undefined,
    }),
  );
}

function isUnder(target: string, folders: readonly string[]): boolean {
  return folders.some((folder) => target === folder || target.startsWith(`${folder}/`));
}

function isAllowed({ from, target, isType }: Import): boolean {
  const rule = allowed[from.split('/')[0]];
  if (target.startsWith('node:')) return true;
  const types = isType ? (rule.types ?? []) : [];
  const isOurs = files.includes(target);
  return isUnder(target, [...((isOurs ? rule.code : rule.packages) ?? []), ...types]);
}

describe('import directions', () => {
  it('finds the imports', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('has a rule for every folder', () => {
    expect(files.map((file) => file.split('/')[0]).filter((folder) => !(folder in allowed))).toEqual([]);
  });

  it('points one way', () => {
    const strangers = imports.filter((entry) => !isAllowed(entry));
    expect(
      strangers.map(({ from, target, isType }) => `${from} -> ${target}${isType ? ' (type)' : ''}`),
    ).toEqual([]);
  });

  it('keeps the mathematics free of the machine', () => {
    const machine = imports.filter(
      ({ from, target }) => /^(estimation|scores|simulation)\//.test(from) && target.startsWith('node:'),
    );
    expect(machine).toEqual([]);
    const pure = files.filter((file) => /^(estimation|scores|simulation)\//.test(file));
    const impure = pure.filter((file) =>
      /\b(Math\.random|Date\b|process\.[a-z]|performance\.[a-z]|import\()/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(impure).toEqual([]);
  });

  it('would see a wrong one', () => {
    expect(isAllowed({ from: 'estimation/evaluate.ts', target: 'storage/scores.ts', isType: false })).toBe(
      false,
    );
    expect(isAllowed({ from: 'http/app.ts', target: 'storage/scores.ts', isType: false })).toBe(false);
    expect(isAllowed({ from: 'http/app.ts', target: 'better-sqlite3', isType: false })).toBe(false);
  });
});
