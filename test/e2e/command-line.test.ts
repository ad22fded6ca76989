import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addBenchmark, drawCoreSet, itemsOf, smallLongCsv, smallResults } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { senderTo } from '../support/remote-sender.ts';
import { outcomeOf, runMain, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A database file with a history of few items, so that evaluations have warnings. */
async function smallDatabase() {
  const folder = temporaryFolder();
  const database = folder.path('small.db');
  await using harness = await openHarness(database);
  await addBenchmark(harness, 'small', smallLongCsv);
  const coreSet = await drawCoreSet(harness, 'small', { size: 12, seed: 1 });
  const results = folder.path('results.json');
  writeFileSync(results, JSON.stringify({ model: 'acme', results: smallResults(itemsOf(coreSet), 60) }));
  return {
    database,
    submit: ['submit', results, '--core-set', coreSet.id],
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe('benchcast as a process', () => {
  it('prints its help where nothing is asked of it', async () => {
    const { code, out, err } = await outcomeOf(runMain([]));
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage: benchcast /);
    for (const name of ['serve', 'import', 'core-set', 'submit', 'estimate'])
      expect(out).toContain(`  ${name} `);
  });

  it('ends with 2, and a suggestion, where a command is misspelt', async () => {
    const { code, out, err } = await outcomeOf(runMain(['submti', 'a.json']));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Did you mean submit?');
  });

  it('says in one sentence that a server is not there, with its address and without the key', async () => {
    const service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    await service.end();
    const environment = { BENCHCAST_URL: service.address, BENCHCAST_KEY: 'a-very-secret-key' };
    const { code, out, err } = await outcomeOf(runMain(['core-set', '--id', 'x'], environment));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(new RegExp(`^benchcast: ${service.address} cannot be reached: [^\\n]*\\n$`));
    expect(err).not.toContain('secret');
  });

  it('works the same on a running service and on the database itself', async () => {
    using small = await smallDatabase();
    const locally = await outcomeOf(
      runMain([...small.submit, '--json'], { BENCHCAST_DATABASE: small.database }),
    );
    expect([locally.code, locally.err]).toEqual([0, '']);
    await using service = await spawnService({ BENCHCAST_DATABASE: small.database });
    const remotely = await outcomeOf(runMain([...small.submit, '--json', '--url', service.address]));
    expect([remotely.code, remotely.err]).toEqual([0, '']);
    const [here, there] = [locally, remotely].map(({ out }) => JSON.parse(out));
    expect(there.estimates).toEqual(here.estimates);
    // Both are in the same database.
    const listed = await senderTo(service.address).send('GET', '/v1/benchmarks/small/evaluations');
    expect(listed.json.data.map(({ id }: { id: string }) => id).sort()).toEqual([here.id, there.id].sort());
  });

  it('ends with 3 where an answer has the warnings of --fail-on, and still gives the answer', async () => {
    using small = await smallDatabase();
    const words = [...small.submit, '--database', small.database, '--fail-on', 'warning', '--json'];
    const { code, out, err } = await outcomeOf(runMain(words));
    expect(code).toBe(3);
    expect(JSON.parse(out).warnings.length).toBeGreaterThan(0);
    expect(err).toMatch(/^benchcast: --fail-on warning: [a-z-, ]+\n$/);
  });

  it('ends in order where nobody reads on', async () => {
    const child = runMain(['openapi']);
    child.stdout!.once('data', () => child.stdout!.destroy());
    expect(await outcomeOf(child)).toMatchObject({ code: 0, err: '' });
  });

  it('serves where its options say, whatever the environment says', async () => {
    const child = runMain(['serve', '--port', '65536', '--host', '0.0.0.0'], { BENCHCAST_PORT: '0' });
    expect(await outcomeOf(child)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('BENCHCAST_PORT: must be a whole number from 0 to 65535'),
    });
    const open = runMain(['serve', '--host', '0.0.0.0', '--port', '0'], { BENCHCAST_HOST: '127.0.0.1' });
    expect(await outcomeOf(open)).toMatchObject({ code: 1, err: expect.stringContaining('ALLOW_ANONYMOUS') });
  });
});
