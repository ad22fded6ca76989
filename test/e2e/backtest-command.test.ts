import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { everything } from '../../src/services/access.ts';
import { history, historyCsv } from '../http/harness-logs.ts';
import { simulated, simulatedCsv } from '../support/backtests.ts';
import { addBenchmark, lines } from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';
import { outcomeOf, runMain } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const quick = ['--sizes', '10,20', '--repeats', '3', '--seed', '5'];

/** The command on a file of these contents. */
async function run(name: string, contents: string | Buffer, ...flags: string[]) {
  using folder = temporaryFolder();
  const path = folder.path(name);
  writeFileSync(path, contents);
  return await outcomeOf(runMain(['backtest', path, ...flags]));
}

/** A long CSV with the tasks of each model in the order in which a folder lists them. */
function byTask(csv: string): string {
  const [header, ...rows] = csv.trim().split('\n');
  const models = Map.groupBy(rows, (row) => row.split(',')[0]);
  const task = (row: string) => row.split(',')[3];
  const sorted = [...models.values()].flatMap((of) =>
    of.toSorted((a, b) => Number(task(a) > task(b)) - Number(task(a) < task(b))),
  );
  return `${[header, ...sorted].join('\n')}\n`;
}

describe('benchcast backtest', () => {
  it('prints a line for every method and size of both splits, and says what is noise', async () => {
    const { code, out, err } = await run('matrix.csv', simulatedCsv(), ...quick);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^40 models, 100 items; 3 repeats of each split, seed 5; design informative$/m);
    const [, interpolation, extrapolation] = out.split(/^(?=interpolation|extrapolation)/m);
    for (const table of [interpolation, extrapolation]) {
      for (const method of ['aipw', 'random-sampling', 'random-sampling-learn']) {
        for (const size of [10, 20]) {
          expect(table).toMatch(
            new RegExp(`│ ${method} +│ ${size} +│ \\d\\.\\d{4} ± \\d\\.\\d{4} │ \\d\\.\\d\\d ±`),
          );
        }
      }
    }
  });

  it('with --json, gives what the service gives for the same file, settings and seed', async () => {
    const { code, out } = await run('matrix.csv.gz', gzipSync(simulatedCsv()), ...quick, '--json');
    expect(code).toBe(0);
    const ours = JSON.parse(out);
    await using harness = await openHarness();
    await addBenchmark(harness, 'b', simulatedCsv());
    const body = { sizes: [10, 20], repeats: 3, seed: 5 };
    const { id } = (await harness.send('POST', '/v1/benchmarks/b/backtests', body)).json;
    for await (const _ of harness.services.backtests.follow(id, async () => true, everything));
    const theirs = (await harness.send('GET', `/v1/backtests/${id}`)).json;
    expect(ours.rows).toHaveLength(12);
    expect(ours.rows).toEqual(theirs.rows);
    expect(ours.learning_curves).toEqual(theirs.learning_curves);
  });

  it('says how many targets equal one of their sources', async () => {
    const { models, items, scores } = simulated;
    const names = [...models, ...models.map((model) => `${model}-again`)];
    const copies = lines([
      ['model', ...items.map(({ item }) => item)],
      ...names.map((model, m) => {
        const row = m % models.length;
        return [model, ...scores.subarray(row * items.length, (row + 1) * items.length)];
      }),
    ]);
    const flags = ['--splits', 'interpolation', '--repeats', '2', '--sizes', '10', '--seed', '1'];
    const left = await run('copies.csv', copies, ...flags);
    expect(left.out).toMatch(/^\d+ of 40 targets equal one of their sources on every item: left out\.$/m);
    const kept = await run('copies.csv', copies, ...flags, '--include-duplicates');
    expect(kept.out).toMatch(/^\d+ of 40 targets equal one of their sources on every item: they count here/m);
  });

  it('takes NDJSON, another score range, and designs side by side', async () => {
    const { models, items, scores } = simulated;
    const ndjson = models
      .map((model, m) => {
        const row = items.map(({ item }, j) => [item, 100 * scores[m * items.length + j]]);
        return `${JSON.stringify({ model, scores: Object.fromEntries(row) })}\n`;
      })
      .join('');
    const flags = ['--score-range', '0,100', '--designs', 'random,balanced', ...quick, '--json'];
    const { code, out } = await run('matrix.ndjson', ndjson, ...flags);
    expect(code).toBe(0);
    const { rows } = JSON.parse(out);
    expect(rows).toHaveLength(2 * 2 * 2 * 3);
    for (const row of rows) {
      // Score units: a hundred times those of the other tests.
      expect(row.mean_absolute_error).toBeGreaterThan(1);
      expect(row.ratio_to_random_sampling).toBeLessThan(10);
    }
  });

  it('takes a folder of logs, by the metric that is wanted, for the scores that they hold', async () => {
    using folder = temporaryFolder();
    for (const { path, content } of history) {
      const place = folder.path(`logs/${path}`);
      mkdirSync(dirname(place), { recursive: true });
      // A second metric, which must be left alone.
      const more = String(content).replaceAll('"metrics":["acc"]', '"f1":0.5,"metrics":["acc","f1"]');
      writeFileSync(place, more);
    }
    const words = ['backtest', folder.path('logs'), ...quick, '--json'];
    const asked = await outcomeOf(runMain(words));
    expect([asked.code, asked.out]).toEqual([1, '']);
    expect(asked.err).toMatch(/choose by metric: acc, f1/);
    const { code, out } = await outcomeOf(runMain([...words, '--metric', 'acc']));
    expect(code).toBe(0);
    const matrix = await run('history.csv', byTask(historyCsv), ...quick, '--json');
    expect(JSON.parse(out).rows).toHaveLength(12);
    expect(JSON.parse(out).rows).toEqual(JSON.parse(matrix.out).rows);
  });

  it('explains itself', async () => {
    const { code, out } = await outcomeOf(runMain(['backtest', '--help']));
    expect(code).toBe(0);
    expect(out).toContain('Usage: benchcast backtest [options] <files...>');
    expect(out).toContain('Examples:');
  });

  it.each([
    ['an unknown flag', 2, ['--sizzes', '20'], /'--sizzes'\n\(Did you mean --sizes\?\)/],
    ['a size that is not a number', 2, ['--sizes', '20,x'], /--sizes <list>' .* "x" is not a number/],
    ['an empty seed', 2, ['--seed', ''], /--seed <n>' .* "" is not a number/],
    ['a size above the items', 1, ['--sizes', '101'], /sizes\.0: must be at most 100/],
    ['no repeats', 2, ['--repeats', '0'], /--repeats: /],
    ['an unknown method', 2, ['--methods', 'magic'], /--methods: /],
    ['a method without its design', 1, ['--methods', 'lasso', '--designs', 'random'], /methods\.0: .* lasso/],
    ['a range upside down', 2, ['--score-range', '1,0'], /--score-range <low,high>' /],
    ['a range with no width', 2, ['--score-range', '0,1e-9'], /--score-range: /],
    ['scores outside the range', 1, ['--score-range', '0,0.5'], /nothing was stored/],
    [
      'a second file that is not there',
      1,
      ['other.csv'],
      /other\.csv.*no such file|no such file.*other\.csv/,
    ],
  ])('refuses %s with a sentence and prints no table', async (_, expected, flags, sentence) => {
    const { code, out, err } = await run('matrix.csv', simulatedCsv(), ...flags);
    expect(code).toBe(expected);
    expect(out).toBe('');
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/\n +at /);
  });

  it('refuses a file that is not there', async () => {
    const { code, err } = await outcomeOf(runMain(['backtest', 'nowhere.csv']));
    expect(code).toBe(1);
    expect(err).toMatch(/no such file/);
  });

  it('refuses a folder of no logs, and two matrices', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.path('notes'));
    writeFileSync(folder.path('notes/a.txt'), 'hello');
    const strange = await outcomeOf(runMain(['backtest', folder.path('notes')]));
    expect([strange.code, strange.out]).toEqual([1, '']);
    expect(strange.err).toMatch(/a\.txt: is none of the logs that are read/);
    const two = ['a.csv', 'b.csv'].map((name) => folder.path(name));
    for (const path of two) writeFileSync(path, simulatedCsv());
    const both = await outcomeOf(runMain(['backtest', ...two]));
    expect([both.code, both.out]).toEqual([1, '']);
    expect(both.err).toMatch(/a\.csv: is a score matrix, which is imported alone: send .*b\.csv/);
  });

  it.each([
    [
      'gzip that is cut off',
      'matrix.csv.gz',
      gzipSync(simulatedCsv()).subarray(0, 3000),
      /matrix\.csv.*(gzip|cut off)/,
    ],
    ['what is no matrix', 'matrix.csv', 'hello\n', /matrix\.csv: is none of the logs .* nor a score matrix/],
    ['too few models', 'matrix.csv', 'model,a,b\nm,1,0\nn,0,1\n', /at least 8/],
  ])('refuses %s', async (_, name, contents, sentence) => {
    const { code, err } = await run(name, contents);
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/\n +at /);
  });
});
