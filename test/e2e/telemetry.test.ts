import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { outcomeOf } from '../support/spawn-service.ts';

const root = join(import.meta.dirname, '../..');

/** Loaded before the service: notes every module that is loaded after it, and tells them at the end. */
const probe = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
process.on('exit', () => {
  const isActive = globalThis[Symbol.for('opentelemetry.js.api.1')] !== undefined;
  console.log(JSON.stringify({ loaded, isActive }));
});`;

it('loads nothing of OpenTelemetry but the empty interface that prom-client brings, and sets up none', async () => {
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(probe)}`, join(root, 'src/main.ts'), 'serve'],
    {
      env: { ...process.env, BENCHCAST_PORT: '0', BENCHCAST_DATABASE: ':memory:' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    lines.push(line);
    if (JSON.parse(line).address !== undefined) child.kill('SIGTERM');
  });
  const { code, err } = await outcomeOf(child);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { loaded, isActive }: { loaded: string[]; isActive: boolean } = JSON.parse(lines.at(-1)!);
  expect(loaded.length).toBeGreaterThan(100);
  expect(loaded.some((url) => url.includes('/prom-client/'))).toBe(true);
  const found = loaded.filter(
    (url) => url.includes('opentelemetry') && !url.includes('/@opentelemetry/api/'),
  );
  expect(found).toEqual([]);
  expect(isActive).toBe(false);
});

it('installs nothing else of it either', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const names = Object.keys(packages).filter((path) => path.includes('@opentelemetry/'));
  expect(names).toEqual(['node_modules/@opentelemetry/api']);
});
