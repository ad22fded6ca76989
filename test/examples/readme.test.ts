import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKeys } from '../../src/services/keys.ts';
import { outcomeOf, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasPython)("README's Python example", () => {
  const script = /```python\n(.*?)```/s.exec(readme)?.[1] ?? '';

  function runPython(address: string, key = '') {
    const env = { ...process.env, BENCHCAST_URL: address, BENCHCAST_KEY: key };
    const child = spawn('python3', ['-'], { env });
    child.stdin.end(script);
    return outcomeOf(child);
  }

  it('does the whole job with the standard library', async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    const { code, out, err } = await runPython(service.address);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain("'models_added': 60");
    expect(out).toMatch(/^aipw +0\.\d{3} +0\.\d{3} to 0\.\d{3}$/m);
    expect(out).toMatch(/^random-sampling-learn .*no interval is known/m);
    expect(out).toContain('recommended:');
  });

  it('does it with a key where the service asks for one, and says so where there is none', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    const keys = openKeys(database);
    const { text } = await keys.create({ name: 'me', scope: 'write', benchmarks: ['my-benchmark'] });
    keys.close();
    await using service = await spawnService({ BENCHCAST_DATABASE: database });
    const without = await runPython(service.address);
    expect([without.code, without.err.trim()]).toEqual([1, expect.stringMatching(/^A key is needed: /)]);
    const { code, out } = await runPython(service.address, text);
    expect(code).toBe(0);
    expect(out).toContain('recommended:');
  });

  it('says what is wrong where something is', async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    await runPython(service.address);
    await fetch(`${service.address}/v1/benchmarks/my-benchmark/scores?on_conflict=replace`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"model":"model-0","item":"q0","score":0}\n{"model":"model-1","item":"q0","score":0}\n',
    });
    const { code, err } = await runPython(service.address);
    expect(code).toBe(1);
    expect(err).toContain('Scores are already stored with other values');
  });
});

describe('README', () => {
  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(() => readFileOrFolder(link)).not.toThrow();
  });

  it('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

function readFileOrFolder(link: string): unknown {
  return statSync(join(import.meta.dirname, '../..', link));
}
