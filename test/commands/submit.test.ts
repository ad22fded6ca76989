import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addBenchmark, drawCoreSet, itemsOf, smallLongCsv, smallResults } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runProgram } from './run-program.ts';
import { filesOf, startStub } from './stub-server.ts';

/** A database file, a core set of it, and a new model's results on that as a body of the API. */
async function preparedJob() {
  const folder = temporaryFolder();
  const database = folder.path('small.db');
  await using harness = await openHarness(database);
  await addBenchmark(harness, 'small', smallLongCsv);
  const coreSet = await drawCoreSet(harness, 'small', { size: 12, seed: 1 });
  const results = folder.path('results.json');
  writeFileSync(results, JSON.stringify({ model: 'acme', results: smallResults(itemsOf(coreSet), 30) }));
  const words = ['submit', results, '--core-set', coreSet.id, '--database', database];
  return { folder, results, words, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** An evaluation of the real service, with warnings. */
async function evaluationWith(warnings: { code: string; severity: string }[]) {
  using job = await preparedJob();
  const { out } = await runProgram([...job.words, '--json']);
  return {
    ...JSON.parse(out),
    warnings: warnings.map((warned) => ({ ...warned, message: `about ${warned.code}`, figures: {} })),
  };
}

describe('benchcast submit', () => {
  it('takes a body of the API, and prints what it is worth', async () => {
    using job = await preparedJob();
    const { code, out, err } = await runProgram(job.words);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^acme: evaluation \S+; run on 12 of 40 items$/m);
    expect(out).toMatch(/│ +│ full score │ 95 % interval +│ worth as many random items │/);
    expect(out).toMatch(/│ aipw +│ [01]\.\d{3} +│ 0\.\d{3} to [01]\.\d{3} +│/);
    expect(out).toMatch(/│ algebra +│ \d+ of 16 +│/);
    for (const line of ['similarity', 'nearest', 'plan', 'recommended'])
      expect(out).toMatch(new RegExp(`^${line} `, 'm'));
    expect(out).not.toContain('truth');
  });

  it('prints the evaluation of the API alone with --json, at the level and by the methods asked for', async () => {
    using job = await preparedJob();
    const flags = ['--level', '0.9', '--methods', 'random-sampling', '--model', 'other', '--json'];
    const { code, out } = await runProgram([...job.words, ...flags]);
    expect(code).toBe(0);
    const evaluation = JSON.parse(out);
    expect(evaluation).toMatchObject({ model: 'other', observed_items: 12, status: 'complete' });
    expect(evaluation.estimates.map(({ method }: { method: string }) => method)).toEqual(['random-sampling']);
    expect(evaluation.estimates[0].interval.level).toBe(0.9);
  });

  it('sends logs as files, with what was asked as parameters', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.path('samples.jsonl'), '{}\n');
    writeFileSync(folder.path('results.json'), '{"results": {"gsm8k": {"acc": 1}}}');
    const evaluation = await evaluationWith([]);
    await using stub = await startStub(() => ({ status: 201, body: evaluation }));
    const paths = [folder.path('samples.jsonl'), folder.path('results.json')];
    const flags = [
      '--model',
      'm',
      '--metric',
      'acc',
      '--filter',
      'f',
      '--reducer',
      'min',
      '--extra',
      'ignore',
    ];
    const words = ['submit', ...paths, '--core-set', 'c/1', ...flags, '--methods', 'aipw, pca'];
    expect((await runProgram([...words, '--url', stub.address])).code).toBe(0);
    // One log that is JSON, but no body of the API.
    await runProgram(['submit', paths[1], '--core-set', 'c', '--url', stub.address]);
    const [first, second] = stub.requests;
    expect(first.path).toBe('/v1/core-sets/c%2F1/evaluations');
    expect(first.query).toEqual({
      model: 'm',
      metric: 'acc',
      filter: 'f',
      reducer: 'min',
      extra: 'ignore',
      methods: 'aipw,pca',
    });
    const names = (await filesOf(first)).map(([name]) => name.split('/').at(-1));
    expect(names).toEqual(['samples.jsonl', 'results.json']);
    expect(second.body.toString()).toBe(readFileSync(paths[1], 'utf8'));
    expect(second.query.filename).toMatch(/results\.json$/);
  });

  it('says what was read of logs, loudest what is missing', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.path('a.jsonl'), '{}\n');
    const read = {
      files: [{ file: 'a.jsonl', format: 'lm-eval', records: 14, note: null }],
      model: 'acme',
      tasks: [],
      missing: [],
      missing_items: ['q1', 'q2'],
      missing_count: 9,
      extra_items: ['q77'],
      extra_count: 1,
      remapped: { count: 0, examples: [] },
      summaries: [],
      notes: [],
    };
    const evaluation = { ...(await evaluationWith([])), import: read };
    await using stub = await startStub(() => ({ status: 201, body: evaluation }));
    const { out } = await runProgram([
      'submit',
      folder.path('a.jsonl'),
      '--core-set',
      'c',
      '--url',
      stub.address,
    ]);
    expect(out).toMatch(/│ a\.jsonl +│ lm-eval +│ 14 /);
    expect(out).toContain('ignored       1 other item: q77\n');
    expect(out).toContain('NO RESULT     9 items: q1, q2, ...\n');
  });

  it.each([
    ['critical', ['frontier'], 3],
    ['warning', ['frontier', 'thin-history'], 3],
    ['info', ['frontier', 'thin-history', 'no-gain'], 3],
  ])('ends with 3 where --fail-on %s finds warnings', async (least, found, expected) => {
    using job = await preparedJob();
    const evaluation = await evaluationWith([
      { code: 'frontier', severity: 'critical' },
      { code: 'thin-history', severity: 'warn' },
      { code: 'no-gain', severity: 'info' },
    ]);
    await using stub = await startStub(() => ({ status: 201, body: evaluation }));
    const words = [
      'submit',
      job.results,
      '--core-set',
      'c',
      '--url',
      stub.address,
      '--fail-on',
      least,
      '--json',
    ];
    const { code, out, err } = await runProgram(words);
    expect(code).toBe(expected);
    expect(JSON.parse(out)).toEqual(evaluation);
    expect(err).toBe(`benchcast: --fail-on ${least}: ${found.join(', ')}\n`);
  });

  it('ends with 0 where warnings are less severe, or nobody asked', async () => {
    using job = await preparedJob();
    const evaluation = await evaluationWith([{ code: 'thin-history', severity: 'warn' }]);
    await using stub = await startStub(() => ({ status: 201, body: evaluation }));
    const words = ['submit', job.results, '--core-set', 'c', '--url', stub.address];
    const shown = await runProgram([...words, '--fail-on', 'critical']);
    expect([shown.code, shown.err]).toEqual([0, '']);
    expect(shown.out).toContain('WARN          thin-history: about thin-history');
    expect((await runProgram(words)).code).toBe(0);
  });

  it('shows where a result is wrong', async () => {
    using job = await preparedJob();
    const body = JSON.parse(readFileSync(job.results, 'utf8'));
    body.results[2].item = 'nobody';
    body.results[4].item = 'no-one';
    writeFileSync(job.results, JSON.stringify(body));
    const { code, out, err } = await runProgram(job.words);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^benchcast: .*\n {2}results\.2\.item: "nobody" .*\n {2}results\.4\.item: "no-one" /);
  });
});
