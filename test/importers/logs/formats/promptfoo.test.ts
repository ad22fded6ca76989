import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { promptfooModule } from '../../../../src/exporters/runnable/promptfoo-module.ts';
import {
  importLogs,
  jsonLines,
  type PromptfooRow,
  promptfooDocument,
  promptfooRow,
  refusalOf,
} from '../../../support/logs.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const byScore = { metrics: ['score'] };

/** A test with an id of its own. */
const test = (item_id: unknown, row: PromptfooRow = {}): PromptfooRow => ({
  vars: { q: item_id },
  metadata: { item_id },
  ...row,
});

describe('what promptfoo wrote', () => {
  it('has a score and a success, of which the caller chooses', async () => {
    const files = [promptfooDocument([test('a', { score: 0.75, success: false })])];
    expect(await refusalOf(importLogs(files))).toMatch(/choose by metric: score, success/);
    expect((await importLogs(files, byScore)).cells).toEqual(['org/model a 0.75']);
    expect((await importLogs(files, { metrics: ['success'] })).cells).toEqual(['org/model a 0']);
  });

  it('has named scores', async () => {
    const files = [promptfooDocument([test('a', { namedScores: { tone: 0.25 } })])];
    expect((await importLogs(files, { metrics: ['tone'] })).cells).toEqual(['org/model a 0.25']);
  });

  it('keeps the score of the row where a named score is called so too', async () => {
    const files = [promptfooDocument([test('a', { score: 1, namedScores: { score: 0 } })])];
    expect((await importLogs(files, byScore)).cells).toEqual(['org/model a 1']);
  });

  it('is the same as a document and as lines', async () => {
    const rows = [test('a'), test('b', { score: 0 })];
    const lines = { path: 'output.jsonl', content: jsonLines(rows.map((row) => promptfooRow(row))) };
    const [document, list] = await Promise.all(
      [promptfooDocument(rows), lines].map((file) => importLogs([file], byScore)),
    );
    expect(document.cells).toEqual(['org/model a 1', 'org/model b 0']);
    expect(list.cells).toEqual(document.cells);
    expect(list.log?.items).toEqual(document.log?.items);
  });

  it('has missing scores where a provider failed, and 0 where an assertion did', async () => {
    const rows = [test('a', { failureReason: 2, score: 0 }), test('b', { failureReason: 1, score: 0 })];
    const read = await importLogs([promptfooDocument(rows)], byScore);
    expect(read.cells).toEqual(['org/model a -', 'org/model b 0']);
    expect(read.log?.parts[0].missing).toEqual(new Map([['provider failed', new Set([0])]]));
  });

  it('is of the label of a provider, else of its id', async () => {
    const rows = [
      test('a', { provider: { id: 'x', label: 'mine' } }),
      test('a', { provider: { id: 'x', label: '' } }),
    ];
    expect((await importLogs([promptfooDocument(rows)], byScore)).cells).toEqual(['mine a 1', 'x a 1']);
    expect(await refusalOf(importLogs([promptfooDocument([test('a', { provider: {} })])], byScore))).toMatch(
      /^unreadable-log: .*has no provider/,
    );
  });

  it('may have several prompts, of which the caller chooses', async () => {
    const files = [promptfooDocument([test('a', { prompt: 'p' }), test('a', { prompt: 'r', score: 0 })])];
    expect(await refusalOf(importLogs(files, byScore))).toMatch(/choose by filter: prompt-1, prompt-2/);
    const read = await importLogs(files, { ...byScore, filters: ['prompt-2'] });
    expect(read.cells).toEqual(['org/model a 0']);
    expect(read.notes).toEqual(['output.json: prompt-1 is "p"', 'output.json: prompt-2 is "r"']);
  });

  it('repeats rows, which are reduced', async () => {
    const files = [promptfooDocument([test('a'), test('a', { score: 0 })])];
    expect((await importLogs(files, byScore)).cells).toEqual(['org/model a 0.5']);
    expect((await importLogs(files, { ...byScore, reducer: 'min' })).cells).toEqual(['org/model a 0']);
  });

  it('adds the scores of a column up', async () => {
    const prompts = [
      {
        provider: 'org/model',
        label: 'p',
        metrics: { score: 1, testPassCount: 1, testFailCount: 1, testErrorCount: 3 },
      },
    ];
    const rows = [test('a'), test('b', { score: 0 }), test('c', { failureReason: 2, score: 0 })];
    const { summaries } = await importLogs([promptfooDocument(rows, prompts)], byScore);
    expect(summaries).toMatchObject([{ metric: 'score', value: 0.5, items: 2, mean: 0.5, agrees: true }]);
  });

  it('of version 2 is refused, saying what to do', async () => {
    const content = JSON.stringify({ evalId: 'e', results: { version: 2, table: {}, results: [] } });
    expect(await refusalOf(importLogs([{ path: 'o.json', content }]))).toMatch(
      /export older evaluations anew/,
    );
  });

  it('may not give one id to two tests, whatever they score', async () => {
    for (const score of [0, 1]) {
      const rows = [test('same', { vars: { q: 1 } }), test('same', { vars: { q: 2 }, score })];
      expect(await refusalOf(importLogs([promptfooDocument(rows)], byScore))).toMatch(
        /^duplicate: output\.json has two items that are both "same"/,
      );
    }
  });

  it('may describe several tests alike: their ids are of their variables then', async () => {
    const rows = [
      { description: 'same', vars: { q: 1 }, score: 1 },
      { description: 'same', vars: { q: 2 }, score: 0 },
      { description: 'own', vars: { q: 3 }, score: 1 },
    ];
    const { cells, log } = await importLogs([promptfooDocument(rows)], byScore);
    expect(log?.items.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^vars-[0-9a-f]{16}$/),
      expect.stringMatching(/^vars-[0-9a-f]{16}$/),
      'own',
    ]);
    expect(new Set(cells).size).toBe(3);
    // Rows of one test are not several.
    const again = [rows[0], { ...rows[0], score: 0 }];
    expect((await importLogs([promptfooDocument(again)], byScore)).cells).toEqual(['org/model same 0.5']);
  });

  it('is refused where two columns have one name: providers, or prompts, without labels', async () => {
    const rows = [test('a'), test('a', { score: 0 })].map((row, promptIdx) => ({
      ...promptfooRow(row),
      promptIdx,
    }));
    const lines = { path: 'output.jsonl', content: jsonLines(rows) };
    expect(await refusalOf(importLogs([lines], byScore))).toMatch(
      /^unreadable-log: output\.jsonl: two providers, or two prompts, are both called "org\/model": give them labels/,
    );
  });
});

describe('the id of a test', () => {
  const idOf = async (row: PromptfooRow) =>
    (await importLogs([promptfooDocument([row])], byScore)).cells[0].split(' ')[1];

  it('is in its metadata, else its description, else a hash of its vars', async () => {
    const metadata = { id: 'c', itemId: 'b', item_id: 'a' };
    expect(await idOf({ metadata, description: 'd' })).toBe('a');
    expect(await idOf({ metadata: { id: 'c', itemId: 'b' }, description: 'd' })).toBe('b');
    expect(await idOf({ metadata: { id: 3 }, description: 'd' })).toBe('3');
    expect(await idOf({ metadata: { other: 1 }, description: 'd' })).toBe('d');
    expect(await idOf({ vars: { q: 1 } })).toMatch(/^vars-[0-9a-f]{16}$/);
  });

  it('by its vars does not depend on the order of their keys', async () => {
    const one = await idOf({ vars: { a: 1, b: { d: [1, 2], c: 'x' } } });
    expect(await idOf({ vars: { b: { c: 'x', d: [1, 2] }, a: 1 } })).toBe(one);
    expect(await idOf({ vars: { b: { c: 'x', d: [2, 1] }, a: 1 } })).not.toBe(one);
  });

  it('is the one by which the exporter finds the test again', async () => {
    const tests: PromptfooRow[] = [
      { vars: { q: 1 }, metadata: { item_id: 'a' } },
      { vars: { q: 2 }, metadata: { item_id: '', id: 7 } },
      { vars: { q: 3 }, metadata: { item_id: null, itemId: 'b' }, description: 'no' },
      { vars: { q: 4 }, description: 'told' },
      { vars: { z: { y: [true, null, 'ü\u2028'], x: 1e21 }, a: '' } },
      { vars: {} },
    ];
    const rows = tests.map((row) => ({ ...row, success: true }));
    const { log } = await importLogs([promptfooDocument(rows)], byScore);
    const ids = log!.items.map(({ id }) => id);
    using folder = temporaryFolder();
    writeFileSync(folder.path('list.json'), JSON.stringify({ ids }));
    writeFileSync(folder.path('tests.json'), JSON.stringify(tests));
    writeFileSync(folder.path('module.cjs'), promptfooModule('list.json'));
    const script = `require(${JSON.stringify(folder.path('module.cjs'))})().then((t) => console.log(t.length))`;
    const env = { ...process.env, BENCHCAST_TESTS: folder.path('tests.json') };
    expect(execFileSync(process.execPath, ['-e', script], { env }).toString().trim()).toBe('6');
  });
});
