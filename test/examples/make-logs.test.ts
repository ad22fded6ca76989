import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples, hasPrograms, makeLogs, runExample } from '../support/examples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Row {
  readonly doc_id: number;
  readonly doc: { readonly question: string; readonly answer: string };
  readonly target: string;
  readonly arguments: { readonly gen_args_0: { readonly arg_0: string } };
  readonly filter: string;
  readonly metrics: readonly string[];
  readonly exact_match: number;
  readonly doc_hash: string;
  readonly prompt_hash: string;
  readonly target_hash: string;
}

/** The rows of all logs in a folder, with the task that the file is named after. */
function rowsIn(folder: string): (Row & { readonly task: string })[] {
  return globSync('*/samples_*.jsonl', { cwd: folder }).flatMap((name) => {
    const task = /samples_(.+)_[^_]+\.jsonl$/.exec(name)![1];
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    return lines.map((line) => ({ ...JSON.parse(line), task }));
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const newModel = ['--model', 'acme/new', '--ability', 0.4, '--items', 30];

describe.skipIf(!hasPrograms('python3'))('make_logs.py', () => {
  it('hashes documents, prompts and targets as lm-eval does', async () => {
    using folder = temporaryFolder();
    await makeLogs(folder.path('logs'), ...newModel);
    const rows = rowsIn(folder.path('logs'));
    expect(rows).toHaveLength(30 * 4);
    expect(rows.some(({ doc }) => /[^\x20-\x7e]/.test(doc.question))).toBe(true);
    for (const row of rows) {
      expect(row.doc_hash).toBe(sha256(JSON.stringify(row.doc, null, 2)));
      expect(row.prompt_hash).toBe(sha256(row.arguments.gen_args_0.arg_0));
      expect(row.target_hash).toBe(sha256(row.target));
      expect(row.metrics).toEqual(['exact_match']);
    }
  });

  it('gives a model the same answers on a core set as on the whole, and on no other documents', async () => {
    using folder = temporaryFolder();
    const asked = { made_sums: [3, 8, 21], made_stories: [0, 29] };
    writeFileSync(folder.path('core-set.json'), JSON.stringify(asked));
    await makeLogs(folder.path('whole'), ...newModel);
    await makeLogs(folder.path('part'), ...newModel, '--samples', folder.path('core-set.json'));
    const isAsked = ({ task, doc_id: id }: { task: string; doc_id: number }) =>
      (asked as Record<string, number[]>)[task]?.includes(id) ?? false;
    const part = rowsIn(folder.path('part'));
    expect(part).toHaveLength(3 + 2 * 2);
    expect(part).toEqual(rowsIn(folder.path('whole')).filter(isAsked));
  });

  it('reports the mean of each task in the results file', async () => {
    using folder = temporaryFolder();
    await makeLogs(folder.path('logs'), ...newModel);
    const [name] = globSync('*/results_*.json', { cwd: folder.path('logs') });
    const results = JSON.parse(readFileSync(folder.path(`logs/${name}`), 'utf8'));
    const strict = rowsIn(folder.path('logs')).filter(({ filter }) => filter === 'strict-match');
    const mean = strict.reduce((sum, row) => sum + row.exact_match, 0) / strict.length;
    expect(results.model_name).toBe('acme/new');
    expect(results.results.made_stories['exact_match,strict-match']).toBeCloseTo(mean, 12);
    expect(results['n-samples'].made_stories).toEqual({ original: 30, effective: 30 });
  });

  it('makes the same world again from a seed, and another one from another', async () => {
    using folder = temporaryFolder();
    const table = async (name: string, seed: number) => {
      const path = folder.path(`${name}.csv`);
      await makeLogs(folder.path(name), '--seed', seed, '--models', 3, '--items', 20, '--csv', path);
      return readFileSync(path, 'utf8');
    };
    const first = await table('first', 5);
    expect(first.trimEnd().split('\n')).toHaveLength(4);
    expect(await table('second', 5)).toBe(first);
    expect(await table('third', 6)).not.toBe(first);
  });

  it('makes a checkpoint that is worse by just what it lost', async () => {
    using folder = temporaryFolder();
    const truthOf = async (name: string, ...rest: (string | number)[]) => {
      const out = await makeLogs(folder.path('x'), '--model', name, '--items', 100, '--truth', ...rest);
      return Number(/: (\d\.\d+) on all 300/.exec(out)?.[1]);
    };
    const before = await truthOf('made-up/model-03');
    const changed = ['--checkpoint-of', 'made-up/model-03', '--swapped', 20];
    expect(await truthOf('equal', ...changed)).toBe(before);
    expect(await truthOf('worse', ...changed, '--lost', 30)).toBeCloseTo(before - 0.1, 3);
    expect(await truthOf('better', ...changed, '--gained', 15)).toBeCloseTo(before + 0.05, 3);
  });

  it.each([
    ['{"made_sums": [30]}', 'asks for what is not there: made_sums/30'],
    ['{"mmlu": [0]}', 'asks for what is not there: mmlu/0'],
    ['{}', 'asks for nothing'],
    ['[1, 2]', "is no core set in lm-eval's form"],
  ])('refuses %s as a core set', async (content, reason) => {
    using folder = temporaryFolder();
    writeFileSync(folder.path('core-set.json'), content);
    const words = [folder.path('logs'), ...newModel, '--samples', folder.path('core-set.json')];
    const { code, err } = await runExample('python3', [join(examples, 'make_logs.py'), ...words]);
    expect(code).toBe(1);
    expect(err).toContain(reason);
  });
});
