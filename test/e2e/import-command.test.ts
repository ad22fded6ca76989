import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../commands/run-program.ts';
import { lines, smallItems, smallModels, smallScore, smallWideCsv } from '../support/fixtures.ts';
import { outcomeOf, runMainOn } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A folder with the small benchmark's history in a file, and the path of a database that is not there yet. */
function workspace() {
  const folder = temporaryFolder();
  const history = folder.path('history.csv');
  writeFileSync(history, smallWideCsv);
  return {
    folder,
    history,
    database: folder.path('work.db'),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const ability = 20;

/** What a run of lm-eval leaves of one model: a row for every document, by two metrics. */
function logOf(model: number, task: string): string {
  return smallItems
    .map((_, item) => {
      const right = smallScore(ability + model, item);
      const row = {
        doc_id: item,
        doc: { question: `question ${item}` },
        target: 'x',
        arguments: [],
        resps: [['x']],
        filtered_resps: ['x'],
        filter: 'none',
        metrics: ['acc', 'acc_norm'],
        acc: right,
        acc_norm: 1 - right,
        doc_hash: `hash-of-${task}-${item}`,
      };
      return `${JSON.stringify(row)}\n`;
    })
    .join('');
}

/** Folders of logs, one a model, as lm-eval writes them. */
function writeLogs(folder: string, models: number): void {
  for (let model = 0; model < models; model++) {
    const place = `${folder}/model-${model}`;
    mkdirSync(place, { recursive: true });
    writeFileSync(`${place}/samples_tiny_2026-01-01T00-00-00.${model}.jsonl`, logOf(model, 'tiny'));
    const results = {
      model_name: `model-${model}`,
      results: { tiny: { 'acc,none': 0.9876 } },
      configs: {},
      versions: {},
      'n-samples': { tiny: { original: 40, effective: 40 } },
    };
    writeFileSync(`${place}/results_2026-01-01T00-00-00.${model}.json`, JSON.stringify(results));
  }
}

describe('the commands, one after the other', () => {
  it('import a history, draw a core set, and say what results are worth', async () => {
    using work = workspace();
    const environment = { BENCHCAST_DATABASE: work.database };
    const imported = await runProgram(['import', work.history, '--benchmark', 'small'], environment);
    expect([imported.code, imported.err]).toEqual([0, 'created the benchmark "small"\n']);
    expect(imported.out).toMatch(/^stored {8}12 models added, .*; 40 items added; 480 scores written/m);

    const words = ['core-set', '--benchmark', 'small', '--size', '12', '--seed', '3', '--json'];
    const drawn = JSON.parse((await runProgram(words, environment)).out);
    expect(drawn.items).toHaveLength(12);

    const rows = drawn.items.map(({ item }: { item: string }) => [
      'acme',
      item,
      smallScore(ability, smallItems.indexOf(item)),
    ]);
    const results = work.folder.path('results.csv');
    writeFileSync(results, lines([['model', 'item', 'score'], ...rows]));
    const submit = ['submit', results, '--core-set', drawn.id];
    const shown = await runProgram(submit, environment);
    expect([shown.code, shown.err]).toEqual([0, '']);
    expect(shown.out).toMatch(/^acme: evaluation \S+; run on 12 of 40 items$/m);
    expect(shown.out).toMatch(/│ \S*results\.csv +│ csv +│/);
    const evaluation = JSON.parse((await runProgram([...submit, '--json'], environment)).out);
    expect(evaluation).toMatchObject({ status: 'complete', import: { missing_count: 0, extra_count: 0 } });

    // The same from files alone.
    const manifest = work.folder.path('manifest.json');
    writeFileSync(manifest, JSON.stringify({ items: drawn.items }));
    const files = ['--history', work.history, '--results', results, '--manifest', manifest];
    const offline = JSON.parse((await runProgram(['estimate', ...files, '--json'])).out);
    expect(offline.estimates).toEqual(evaluation.estimates);
  });

  it('say what an import would do without a trace', async () => {
    using work = workspace();
    const words = ['import', work.history, '--benchmark', 'small', '--dry-run', '--database', work.database];
    const { code, out, err } = await runProgram(words);
    expect(code).toBe(0);
    expect(err).toBe('there is no benchmark "small" yet: it would be created\n');
    expect(out).toMatch(/^small: 1 file, 12 models$/m);
    expect(out).toMatch(/^dry run {7}nothing was stored$/m);
    expect(existsSync(work.database)).toBe(false);
  });

  it('tell a conflict with its place, and keep what was there', async () => {
    using work = workspace();
    const environment = { BENCHCAST_DATABASE: work.database };
    await runProgram(['import', work.history, '--benchmark', 'small'], environment);
    const other = work.folder.path('other.csv');
    const score = 1 - smallScore(8, 0);
    writeFileSync(
      other,
      lines([
        ['model', smallItems[0]],
        [smallModels[0], score],
      ]),
    );
    const refused = await runProgram(['import', other, '--benchmark', 'small'], environment);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(/^benchcast: .*\n/);
    const dry = await runProgram(['import', other, '--benchmark', 'small', '--dry-run'], environment);
    expect(dry.code).toBe(0);
    expect(dry.out).toMatch(/^CONFLICT {6}.*model-00/m);
    const replaced = ['import', other, '--benchmark', 'small', '--on-conflict', 'replace', '--json'];
    expect(JSON.parse((await runProgram(replaced, environment)).out).outcome).toMatchObject({
      models_updated: 1,
    });
  });

  it('read standard input', async () => {
    using work = workspace();
    const words = ['import', '-', '--filename', 'history.csv.gz', '--benchmark', 'small', '--json'];
    const child = runMainOn(gzipSync(smallWideCsv), words, { BENCHCAST_DATABASE: work.database });
    const { code, out, err } = await outcomeOf(child);
    expect([code, err]).toEqual([0, 'created the benchmark "small"\n']);
    expect(JSON.parse(out).outcome).toMatchObject({ models_added: 12, items_added: 40 });
  });

  it('draw from files alone what they would draw from a database', async () => {
    using work = workspace();
    await runProgram(['import', work.history, '--benchmark', 'small', '--database', work.database]);
    const words = ['core-set', '--size', '9', '--seed', '4', '--json'];
    const stored = await runProgram([...words, '--benchmark', 'small', '--database', work.database]);
    const { code, out } = await runProgram([...words, '--history', work.history]);
    expect(code).toBe(0);
    expect(JSON.parse(out).items).toEqual(JSON.parse(stored.out).items);
    expect(readdirSync(work.folder.path('.')).filter((name) => name.endsWith('.db'))).toEqual(['work.db']);
  });

  it('take the logs of a harness, ask what they leave open, and shout where a summary disagrees', async () => {
    using work = workspace();
    const logs = work.folder.path('logs');
    writeLogs(logs, 8);
    const words = ['import', logs, '--benchmark', 'tiny', '--database', work.database];
    const asked = await runProgram([...words, '--dry-run']);
    expect(asked.code).toBe(0);
    expect(asked.out).toMatch(/^QUESTION {6}.*acc_norm/m);
    const refused = await runProgram(words);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(/^benchcast: .*acc_norm/m);
    expect(refused.err).toMatch(/^removed the benchmark "tiny" again$/m);
    // Nothing of it is left: the next one would create it.
    const again = await runProgram([...words, '--dry-run']);
    expect(again.err).toBe('there is no benchmark "tiny" yet: it would be created\n');
    const { code, out } = await runProgram([...words, '--metric', 'acc']);
    expect(code).toBe(0);
    expect(out).toMatch(/│ -> acc, none +│ 320 /);
    expect(out).toMatch(/^DISAGREES {5}model-0, tiny, acc, none: its log reports 0\.988 on 40/m);
    expect(out).toMatch(/^stored {8}8 models added/m);
    // A benchmark that was there stays, whatever is refused.
    const other = work.folder.path('other.csv');
    writeFileSync(other, 'model,tiny/0\nmodel-9,7\n');
    const strange = await runProgram(['import', other, ...words.slice(2)]);
    expect([strange.code, strange.out]).toEqual([1, '']);
    expect(strange.err).not.toContain('removed');
    expect((await runProgram([...words, '--metric', 'acc', '--dry-run'])).err).toBe('');
  });
});

describe('the files of a core set', () => {
  it('are written with the manifest that estimate takes', async () => {
    using work = workspace();
    const output = work.folder.path('run');
    const draw = ['core-set', '--history', work.history, '--size', '12', '--seed', '3'];
    const written = await runProgram([...draw, '--format', 'txt', '--output', output]);
    expect(written.code).toBe(0);
    const [, id] = /^core set {6}(\S+)$/m.exec(written.out)!;
    expect(readdirSync(output)).toContain(`${id}.manifest.json`);
    const manifest = `${output}/${id}.manifest.json`;
    const { items } = JSON.parse(readFileSync(manifest, 'utf8'));
    const rows = items.map(({ item }: { item: string }) => [
      'acme',
      item,
      smallScore(ability, smallItems.indexOf(item)),
    ]);
    const results = work.folder.path('results.csv');
    writeFileSync(results, lines([['model', 'item', 'score'], ...rows]));
    const files = ['--history', work.history, '--results', results, '--manifest', manifest, '--json'];
    const answered = await runProgram(['estimate', ...files]);
    expect(JSON.parse(answered.out)).toMatchObject({ observed_items: 12, population: 40 });
  });
});
