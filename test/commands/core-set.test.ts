import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addBenchmark, smallWideCsv } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runProgram } from './run-program.ts';
import { problem, type RecordedRequest, startStub } from './stub-server.ts';

const items = [
  { item: 'q1', inclusion_probability: 0.25, group: 'algebra', difficulty: 0.5 },
  { item: 'q2', inclusion_probability: 0.125, group: null, difficulty: null },
];

const coreSet = {
  id: 'cs-1',
  benchmark: 'gsm',
  status: 'ready',
  progress: 1,
  error: null,
  design: 'informative',
  size: 2,
  seed: 7,
  population: 10,
  source_models: 5,
  revision: 3,
  items,
};

const exported = {
  format: 'lm-eval',
  files: [
    { name: 'cs-1.json', media_type: 'application/json', content: '{"gsm8k":[1,2]}\n' },
    { name: 'tasks/gsm.yaml', media_type: 'text/yaml', content: 'task: gsm\n' },
  ],
  commands: ['lm_eval --tasks gsm8k --samples cs-1.json'],
  notes: ['Run it with log_samples.'],
  manifest: { core_set: 'cs-1', items },
};

function answer({ query }: RecordedRequest) {
  return { body: query.format === undefined ? coreSet : exported };
}

/** A database file with the small benchmark. */
async function smallDatabase() {
  const folder = temporaryFolder();
  const database = folder.path('small.db');
  await using harness = await openHarness(database);
  await addBenchmark(harness, 'small', smallWideCsv);
  return { database, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe('benchcast core-set', () => {
  it('draws on a database file, the same with the same seed', async () => {
    using small = await smallDatabase();
    const words = [
      'core-set',
      '--benchmark',
      'small',
      '--size',
      '8',
      '--seed',
      '3',
      '--database',
      small.database,
    ];
    const shown = await runProgram(words);
    expect([shown.code, shown.err]).toEqual([0, '']);
    expect(shown.out).toMatch(/^core set \S+: 8 of 40 items of small\n.*, seed 3, from 12 models/);
    const json = await runProgram([...words, '--json']);
    const drawn = JSON.parse(json.out);
    expect(drawn.items).toHaveLength(8);
    for (const { item } of drawn.items) expect(shown.out).toContain(`│ ${item} `);
    const again = await runProgram(['core-set', '--id', drawn.id, '--json'], {
      BENCHCAST_DATABASE: small.database,
    });
    expect(JSON.parse(again.out)).toEqual(drawn);
  });

  it('waits for a design that chooses in the background', async () => {
    using small = await smallDatabase();
    const words = ['core-set', '--benchmark', 'small', '--size', '5', '--design', 'k-center', '--json'];
    const { code, out } = await runProgram([...words, '--database', small.database]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ status: 'ready', size: 5 });
    expect(JSON.parse(out).items).toHaveLength(5);
  });

  it('asks for all that was said', async () => {
    await using stub = await startStub(answer);
    const flags = ['--half-width', '0.03', '--level', '0.9', '--design', 'random', '--seed', '0'];
    const lists = ['--groups', 'a, b', '--exclude-models', 'm1,m2'];
    const words = ['core-set', '--benchmark', 'gsm', ...flags, ...lists, '--url', stub.address];
    expect((await runProgram(words)).code).toBe(0);
    expect(stub.requests[0].path).toBe('/v1/benchmarks/gsm/core-sets');
    expect(JSON.parse(stub.requests[0].body.toString())).toEqual({
      half_width: 0.03,
      level: 0.9,
      design: 'random',
      seed: 0,
      groups: ['a', 'b'],
      exclude_models: ['m1', 'm2'],
    });
  });

  it('polls until it is ready, or tells why it failed', async () => {
    const error = 'too few models';
    for (const last of [coreSet, { ...coreSet, status: 'failed', error }]) {
      let asked = 0;
      await using stub = await startStub(({ method }) => {
        if (method === 'POST') return { status: 202, body: { ...coreSet, status: 'pending', items: [] } };
        asked++;
        return { body: asked === 1 ? { ...coreSet, status: 'running', progress: 0.5, items: [] } : last };
      });
      const words = ['core-set', '--benchmark', 'gsm', '--size', '2', '--json', '--url', stub.address];
      const { code, out, err } = await runProgram(words);
      expect(asked).toBe(2);
      if (last.status === 'ready') expect(JSON.parse(out).items).toEqual(items);
      else
        expect([code, out, err]).toEqual([
          1,
          '',
          `benchcast: the core set cs-1 could not be chosen: ${error}\n`,
        ]);
    }
  });

  it('writes the files of a harness and the manifest, and says what to run', async () => {
    using folder = temporaryFolder();
    await using stub = await startStub(answer);
    const output = folder.path('new/run');
    const words = [
      'core-set',
      '--id',
      'cs-1',
      '--format',
      'lm-eval',
      '--output',
      output,
      '--url',
      stub.address,
    ];
    const { code, out } = await runProgram(words);
    expect(code).toBe(0);
    expect(stub.requests.at(-1)).toMatchObject({ path: '/v1/core-sets/cs-1', query: { format: 'lm-eval' } });
    expect(readdirSync(output, { recursive: true }).sort()).toEqual([
      'cs-1.json',
      'cs-1.manifest.json',
      'tasks',
      'tasks/gsm.yaml',
    ]);
    expect(readFileSync(`${output}/cs-1.json`, 'utf8')).toBe('{"gsm8k":[1,2]}\n');
    expect(JSON.parse(readFileSync(`${output}/cs-1.manifest.json`, 'utf8'))).toEqual(exported.manifest);
    expect(out).toContain('core set      cs-1\n');
    expect(out).toContain(`wrote         ${output}/cs-1.json\n`);
    expect(out).toContain('note          Run it with log_samples.\n');
    expect(out).toMatch(/^run, in .*\/new\/run\n {2}lm_eval --tasks gsm8k --samples cs-1\.json$/m);
    const json = await runProgram([...words, '--json']);
    expect(JSON.parse(json.out)).toEqual(exported);
  });

  it('overwrites no file that has another content, unless forced, and then writes none at all', async () => {
    using folder = temporaryFolder();
    await using stub = await startStub(answer);
    writeFileSync(folder.path('cs-1.json'), 'mine');
    const words = ['core-set', '--id', 'cs-1', '--format', 'lm-eval', '--output', folder.path('.')];
    const refused = await runProgram([...words, '--url', stub.address]);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(
      /nothing was written: --force overwrites[\s\S]*cs-1\.json: is there with another/,
    );
    expect(readdirSync(folder.path('.'))).toEqual(['cs-1.json']);
    expect(readFileSync(folder.path('cs-1.json'), 'utf8')).toBe('mine');
    const forced = await runProgram([...words, '--force', '--url', stub.address]);
    expect(forced.code).toBe(0);
    expect(readFileSync(folder.path('cs-1.json'), 'utf8')).toBe('{"gsm8k":[1,2]}\n');
    expect((await runProgram([...words, '--url', stub.address])).code).toBe(0);
  });

  it('prints the main file alone with --output -', async () => {
    await using stub = await startStub(answer);
    const words = ['core-set', '--id', 'cs-1', '--format', 'lm-eval', '--output', '-', '--url', stub.address];
    expect(await runProgram(words)).toEqual({ code: 0, out: '{"gsm8k":[1,2]}\n', err: 'core set cs-1\n' });
  });

  it.each(['../outside.json', '/tmp/benchcast-outside.json', '.'])(
    'lets no server write to %s',
    async (name) => {
      using folder = temporaryFolder();
      await using stub = await startStub((request) => ({
        body:
          request.query.format === undefined
            ? coreSet
            : { ...exported, files: [{ ...exported.files[0], name }] },
      }));
      const words = ['core-set', '--id', 'cs-1', '--format', 'txt', '--output', folder.path('run')];
      const { code, err } = await runProgram([...words, '--url', stub.address]);
      if (name.startsWith('/')) {
        // Joined to the folder, it stays in there.
        expect(code).toBe(0);
        expect(readdirSync(folder.path('run'), { recursive: true })).toContain(`tmp/benchcast-outside.json`);
      } else {
        expect([code, err]).toEqual([1, expect.stringContaining('leads out of')]);
        expect(readdirSync(folder.path('.'))).toEqual([]);
      }
    },
  );

  it('says that there is no such database rather than make one', async () => {
    using folder = temporaryFolder();
    const words = ['core-set', '--benchmark', 'b', '--size', '5', '--database', folder.path('a.db')];
    const { code, err } = await runProgram(words);
    expect(code).toBe(1);
    expect(err).toMatch(/^benchcast: there is no database .*a\.db: "benchcast import" makes one/);
    expect(readdirSync(folder.path('.'))).toEqual([]);
  });

  it('passes on what the service says', async () => {
    await using stub = await startStub(() => problem(404, 'core-set-not-found', 'there is no core set "x"'));
    const { code, err } = await runProgram(['core-set', '--id', 'x', '--url', stub.address]);
    expect([code, err]).toEqual([1, 'benchcast: there is no core set "x"\n']);
  });
});
