import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { outcomeOf, spawnService } from '../support/spawn-service.ts';

const example = join(import.meta.dirname, '../../clients/typescript/src/example.ts');

function runExample(address: string): ChildProcess {
  return spawn(process.execPath, [example], { env: { ...process.env, BENCHCAST_URL: address } });
}

it('does the whole job with the typed client', async () => {
  await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
  const { code, out, err } = await outcomeOf(runExample(service.address));
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('40 models added, 8000 scores written\n');
  expect(out).toMatch(/^core set \S+: 40 of 200 items$/m);
  expect(out).toMatch(/^aipw: 0\.\d{3}, 0\.\d{3} to 0\.\d{3} with probability 0\.9$/m);
  expect(out).toMatch(/^random-sampling-learn: 0\.\d{3}, no interval: \S/m);
  expect(out).toMatch(/^recommended: aipw - \S/m);
  expect(out).toMatch(/^(critical|warn|info) [a-z-]+: \S/m);
});

it('says what is wrong where something is', async () => {
  await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
  await outcomeOf(runExample(service.address));
  const replaced = await fetch(
    `${service.address}/v1/benchmarks/typed-benchmark/scores?on_conflict=replace`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: '{"model":"model-0","item":"q0","score":0}\n{"model":"model-1","item":"q0","score":0}\n',
    },
  );
  expect(replaced.status).toBe(200);
  const { code, err } = await outcomeOf(runExample(service.address));
  expect(code).toBe(1);
  expect(err).toContain('Scores are already stored with other values');
});
