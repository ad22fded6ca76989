import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reducerNames, reducers } from '../../../src/importers/logs/reducers.ts';
import {
  cell,
  eeeRow,
  helmRun,
  importLogs,
  inspectArchive,
  inspectDocument,
  jsonLines,
  type LogSource,
  lightevalDetails,
  lmEvalResults,
  lmEvalSamples,
  openCompassResults,
  refusalOf,
} from '../../support/logs.ts';

/** A try of a sample: a score, or what stands where there is none. */
const attempt = fc.oneof(
  fc.constantFrom(0, 1, 0.25, 0.5),
  fc.constantFrom<number | null | undefined>(Number.NaN, null, undefined),
);
type Attempt = number | null | undefined;

/** Tries of items, by model. */
const logsOf = (maxTries: number) =>
  fc.uniqueArray(
    fc.record({
      model: fc.constantFrom('a', 'b', 'c'),
      items: fc.uniqueArray(
        fc.record({
          id: fc.integer({ min: 0, max: 30 }),
          tries: fc.array(attempt, { minLength: 1, maxLength: maxTries }),
        }),
        { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
      ),
    }),
    { selector: ({ model }) => model, minLength: 1, maxLength: 3 },
  );
const repeated = logsOf(4);
/** Of harnesses that try a sample once. */
const once = logsOf(1);
type Runs = typeof repeated extends fc.Arbitrary<infer R> ? R : never;

const reducerName = fc.constantFrom(...reducerNames);

function isScore(value: Attempt): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

/** The scored cells that there should be, by the rule alone. */
function expectedCells(runs: Runs, reducer: (typeof reducerNames)[number], nameOf: (id: number) => string) {
  return runs
    .flatMap(({ model, items }) =>
      items.flatMap(({ id, tries }) => {
        const scores = tries.filter(isScore);
        return scores.length === 0 ? [] : [cell(model, nameOf(id), reducers[reducer](scores))];
      }),
    )
    .sort();
}

async function checkAll(
  write: (run: Runs[number], index: number) => Parameters<typeof importLogs>[0],
  nameOf: (id: number) => string,
  logs = repeated,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(logs, reducerName, async (runs, reducer) => {
      // A run in which nothing is scored gives nothing to choose a measure by.
      const isEmpty = !runs.some(({ items }) => items.some(({ tries }) => tries.some(isScore)));
      fc.pre(!isEmpty);
      const { cells } = await importLogs(runs.flatMap(write), { reducer });
      expect(cells.filter((text) => !text.endsWith(' -'))).toEqual(expectedCells(runs, reducer, nameOf));
    }),
    { numRuns: 60 },
  );
}

/** Errored, unscored or not a number: three ways to have no score. */
function inspectSamples({ items }: Runs[number]) {
  return items.flatMap(({ id, tries }) =>
    tries.map((value, k) => ({
      id,
      epoch: k + 1,
      ...(value === undefined
        ? { scores: null, error: 'boom' }
        : { scores: value === null ? {} : { match: value } }),
    })),
  );
}

describe('what is missing in a log is missing in the matrix, and nothing else is', () => {
  it('lm-eval', async () => {
    await checkAll(
      ({ model, items }, index) => {
        const time = `2026-01-0${index + 1}T00-00-00.0`;
        const rows = items.flatMap(({ id, tries }) => tries.map((acc) => ({ id, scores: { acc } })));
        return [lmEvalSamples({ task: 't', rows, time }), lmEvalResults({ model, time })];
      },
      (id) => `t/${id}`,
      once,
    );
  });

  it('Inspect, as JSON', async () => {
    await checkAll(
      (run, index) => [inspectDocument({ model: run.model, samples: inspectSamples(run) }, `${index}.json`)],
      (id) => `quiz/${id}`,
    );
  });

  it('Inspect, as an archive', async () => {
    await checkAll(
      (run, index) => [
        inspectArchive({ model: run.model, samples: inspectSamples(run) }, { method: 93 }, `${index}.eval`),
      ],
      (id) => `quiz/${id}`,
    );
  });

  it('HELM', async () => {
    await checkAll(
      ({ model, items }, index) =>
        helmRun({
          folder: `${index}/`,
          model,
          entries: items.flatMap(({ id, tries }) =>
            tries.map((value, trial) => ({
              id: `id${id}`,
              trial,
              // HELM leaves out what is None, and removes statistics of NaN.
              stats: value === undefined ? {} : { exact_match: value === null ? { count: 0 } : value },
            })),
          ),
        }),
      (id) => `quiz:subject=sums/id${id}`,
    );
  });

  it('Every Eval Ever', async () => {
    await checkAll(
      ({ model, items }, index) => [
        {
          path: `${index}.jsonl`,
          content: jsonLines(
            items.flatMap(({ id, tries }) =>
              tries.map((value) =>
                eeeRow(String(id), value ?? 0, {
                  model_id: model,
                  // What has no answer is written as 0 by some converters.
                  ...((value ?? null) === null && { error: 'no answer' }),
                }),
              ),
            ),
          ),
        },
      ],
      (id) => `quiz/${id}`,
      once,
    );
  });

  it('OpenCompass', async () => {
    await checkAll(
      ({ model, items }) => [
        openCompassResults(
          items.map(({ id, tries }) => ({
            example_abbr: `t_test_${id}`,
            correct: tries.map((value) => value ?? null),
          })),
          { path: `results/${model}/t.json` },
        ),
      ],
      (id) => `t/t_test_${id}`,
    );
  });
});

describe('a sample that is there twice in the log of a harness that tries it once', () => {
  const logs: Record<string, (scores: readonly number[]) => LogSource> = {
    'lm-eval': (scores) =>
      lmEvalSamples({ task: 't', rows: scores.map((acc) => ({ id: 0, scores: { acc } })) }),
    'Every Eval Ever': (scores) => ({
      path: 'a.jsonl',
      content: jsonLines(scores.map((score) => eeeRow('0', score, { evaluation_name: 't' }))),
    }),
    lighteval: (scores) => lightevalDetails(scores.map((em) => ({ id: '0', metrics: { em }, task: 't' }))),
  };

  it.each(Object.entries(logs))(
    'is fine with the same score, and refused with another: %s',
    async (_, write) => {
      const { cells } = await importLogs([write([1, 1])], { model: 'm' });
      expect(cells).toEqual(['m t/0 1']);
      expect((await importLogs([write([Number.NaN, 1])], { model: 'm' })).cells).toEqual(['m t/0 1']);
      expect(await refusalOf(importLogs([write([1, 0])], { model: 'm' }))).toMatch(
        /^duplicate: .* has item "t\/0" twice \(was it appended to\?\): 1 and 0/,
      );
    },
  );
});
