import { describe, expect, it } from 'vitest';
import { readClientConfig, readConfig } from '../../src/config.ts';
import { addBenchmark, smallWideCsv } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runProgram } from './run-program.ts';
import { problem, startStub } from './stub-server.ts';

const nowhere = 'http://127.0.0.1:1';
const words = ['core-set', '--benchmark', 'small', '--size', '5', '--json'];

async function smallDatabase() {
  const folder = temporaryFolder();
  const database = folder.path('small.db');
  await using harness = await openHarness(database);
  await addBenchmark(harness, 'small', smallWideCsv);
  return { database, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe('where a command works', () => {
  it('is the database of its option, before a service of the environment', async () => {
    using small = await smallDatabase();
    const given = await runProgram([...words, '--database', small.database], { BENCHCAST_URL: nowhere });
    expect([given.code, given.err]).toEqual([0, '']);
  });

  it('is the service of the environment, before its database', async () => {
    using small = await smallDatabase();
    const environment = { BENCHCAST_DATABASE: small.database, BENCHCAST_URL: nowhere };
    const given = await runProgram(words, environment);
    expect([given.code, given.err]).toEqual([1, expect.stringContaining(`${nowhere} cannot be reached`)]);
    const empty = await runProgram(words, { ...environment, BENCHCAST_URL: '' });
    expect([empty.code, empty.err]).toEqual([0, '']);
  });

  it('is on loopback and without keys, whatever the environment says of serving', async () => {
    using small = await smallDatabase();
    const environment = { BENCHCAST_HOST: '0.0.0.0', BENCHCAST_PORT: 'eighty', BENCHCAST_LOG_LEVEL: 'trace' };
    const given = await runProgram([...words, '--database', small.database], environment);
    expect([given.code, given.err]).toEqual([0, '']);
  });

  it('sends a key only where it is to go', async () => {
    using small = await smallDatabase();
    const environment = { BENCHCAST_KEY: 'a-secret' };
    const local = await runProgram([...words, '--database', small.database], environment);
    expect(local.code).toBe(0);
    await using stub = await startStub(() => problem(500, 'internal-error', 'it was logged'));
    const remote = await runProgram([...words, '--url', stub.address], environment);
    expect(stub.requests[0].headers.authorization).toBe('Bearer a-secret');
    expect(remote.err).not.toContain('a-secret');
  });
});

describe('the settings of the commands', () => {
  it('are those of the environment; what is empty is not set', () => {
    expect(readClientConfig({})).toEqual({ url: undefined, key: undefined, database: 'benchcast.db' });
    const empty = { BENCHCAST_URL: '', BENCHCAST_KEY: '', BENCHCAST_DATABASE: '' };
    expect(readClientConfig(empty)).toEqual(readClientConfig({}));
    const all = { BENCHCAST_URL: 'http://x', BENCHCAST_KEY: 'k', BENCHCAST_DATABASE: 'd.db' };
    expect(readClientConfig(all)).toEqual({ url: 'http://x', key: 'k', database: 'd.db' });
  });

  it('come before those of the environment when serving', () => {
    const environment = { BENCHCAST_PORT: '1', BENCHCAST_HOST: 'localhost' };
    expect(readConfig(environment, { BENCHCAST_PORT: '2', BENCHCAST_HOST: undefined })).toMatchObject({
      port: 2,
      host: 'localhost',
    });
  });
});
