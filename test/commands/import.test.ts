import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ImportReport } from '../../src/commands/import/report.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runProgram } from './run-program.ts';
import { filesOf, problem, type RecordedRequest, startStub } from './stub-server.ts';

const report: ImportReport = {
  dry_run: false,
  benchmark: 'gsm8k',
  question: null,
  files: [{ file: 'acme/samples.jsonl', format: 'lm-eval', records: 12, note: null }],
  models: [{ model: 'acme-7b', scored_items: 10, missing_items: 2, mean_score: 0.4, is_new: true }],
  tasks: [
    {
      task: 'gsm8k',
      items: 12,
      new_items: 12,
      measures: [
        { metric: 'exact_match', filter: 'strict', chosen: true, scored: 10, missing: 2, reason: null },
        {
          metric: 'exact_match',
          filter: 'loose',
          chosen: false,
          scored: 0,
          missing: 12,
          reason: 'not chosen',
        },
      ],
    },
  ],
  groups: [{ group: 'gsm8k', item_count: 12 }],
  missing: [{ reason: 'errored', count: 2 }],
  remapped: { count: 1, examples: [{ model: 'acme-7b', from: 'gsm8k/5', to: 'gsm8k/2' }] },
  conflicts: [],
  summaries: [
    {
      model: 'acme-7b',
      task: 'gsm8k',
      metric: 'exact_match',
      filter: 'strict',
      reported: 0.75,
      reported_items: 100,
      mean: 0.4,
      items: 10,
      agrees: false,
    },
  ],
  notes: ['2 files were no logs'],
  outcome: { models_added: 1, models_updated: 0, models_skipped: 0, items_added: 12, cells: 10, revision: 3 },
};

const benchmark = { name: 'gsm8k', title: 'GSM8K', score_range: [0, 1] };

/** Answers for a benchmark that is there. */
function existing(given: ImportReport = report) {
  return ({ method }: RecordedRequest) => ({ body: method === 'POST' ? given : benchmark });
}

function folderOfLogs() {
  const folder = temporaryFolder();
  mkdirSync(folder.path('logs/acme'), { recursive: true });
  writeFileSync(folder.path('logs/acme/samples.jsonl'), '{"a":1}\n');
  writeFileSync(folder.path('logs/results.json'), '{}');
  return { ...folder, [Symbol.dispose]: folder[Symbol.dispose], logs: folder.path('logs') };
}

describe('benchcast import', () => {
  it('sends all files of a folder in one request, and what was asked as parameters', async () => {
    using folder = folderOfLogs();
    await using stub = await startStub(existing());
    const flags = ['--metric', 'acc,f1', '--filter', 'strict', '--reducer', 'max', '--group', 'subject'];
    const words = ['import', folder.logs, '--benchmark', 'gsm8k', '--model', 'm', '--on-conflict', 'skip'];
    const { code, err } = await runProgram([...words, ...flags, '--url', stub.address]);
    expect([code, err]).toEqual([0, '']);
    const posts = stub.requests.filter(({ method }) => method === 'POST');
    expect(posts).toHaveLength(1);
    expect(posts[0].path).toBe('/v1/benchmarks/gsm8k/imports');
    expect(posts[0].query).toEqual({
      model: 'm',
      metric: 'acc,f1',
      filter: 'strict',
      reducer: 'max',
      group: 'subject',
      on_conflict: 'skip',
    });
    expect(posts[0].headers['content-length']).toBe(String(posts[0].body.length));
    expect(await filesOf(posts[0])).toEqual([
      ['acme/samples.jsonl', '{"a":1}\n'],
      ['results.json', '{}'],
    ]);
  });

  it('says what was read, and what was stored', async () => {
    using folder = folderOfLogs();
    await using stub = await startStub(existing());
    const { out } = await runProgram(['import', folder.logs, '--benchmark', 'gsm8k', '--url', stub.address]);
    expect(out).toMatch(/│ acme\/samples\.jsonl +│ lm-eval +│ 12 /);
    expect(out).toMatch(/│ acme-7b +│ 10 +│ 2 +│ 0\.400 │ new /);
    expect(out).toMatch(/│ -> exact_match, strict +│ 10 +│ 2 /);
    expect(out).toMatch(/│ +exact_match, loose +│ 0 +│ 12 +│ not chosen/);
    expect(out).toContain('missing       errored (2)');
    expect(out).toContain('remapped      1 item by content: gsm8k/5 is gsm8k/2 (acme-7b)');
    expect(out).toContain('note          2 files were no logs');
    expect(out).toContain(
      'DISAGREES     acme-7b, gsm8k, exact_match, strict: its log reports 0.750 on 100, its records give 0.400 on 10',
    );
    expect(out).toContain(
      'stored        1 model added, 0 updated, 0 skipped; 12 items added; 10 scores written',
    );
  });

  it('prints the document of the API alone with --json', async () => {
    using folder = folderOfLogs();
    await using stub = await startStub(existing());
    const words = ['import', folder.logs, '--benchmark', 'gsm8k', '--url', stub.address, '--json'];
    const { code, out } = await runProgram(words);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(report);
  });

  it('creates a benchmark that is not there, and says so', async () => {
    using folder = folderOfLogs();
    await using stub = await startStub(({ method }) =>
      method === 'GET' ? problem(404, 'benchmark-not-found', 'there is none') : { body: report },
    );
    const words = ['import', folder.logs, '--benchmark', 'gsm8k', '--title', 'GSM', '--score-range', '0,100'];
    const { code, out, err } = await runProgram([...words, '--url', stub.address]);
    expect(code).toBe(0);
    expect(err).toBe('created the benchmark "gsm8k"\n');
    expect(out).not.toContain('created');
    expect(stub.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/benchmarks/gsm8k',
      'PUT /v1/benchmarks/gsm8k',
      'POST /v1/benchmarks/gsm8k/imports',
    ]);
    expect(JSON.parse(stub.requests[1].body.toString())).toEqual({ title: 'GSM', score_range: [0, 100] });
  });

  it.each([
    ['is empty', 0, true],
    ['others have filled meanwhile', 3, false],
  ])('removes a benchmark that it made for nothing where it %s: %i models', async (_, models, isRemoved) => {
    using folder = folderOfLogs();
    let isThere = false;
    await using stub = await startStub(({ method }) => {
      if (method === 'POST') return problem(422, 'unreadable-log', 'the logs cannot be read');
      if (method === 'GET' && !isThere) return problem(404, 'benchmark-not-found', 'there is none');
      isThere ||= method === 'PUT';
      return { body: { ...benchmark, model_count: models } };
    });
    const words = ['import', folder.logs, '--benchmark', 'gsm8k', '--url', stub.address];
    const { code, err } = await runProgram(words);
    expect(code).toBe(1);
    expect(err).toContain('benchcast: the logs cannot be read');
    expect(err.includes('removed the benchmark "gsm8k" again')).toBe(isRemoved);
    const removals = stub.requests.filter(({ method }) => method === 'DELETE');
    expect(removals.map(({ path }) => path)).toEqual(isRemoved ? ['/v1/benchmarks/gsm8k'] : []);
  });

  it('does not change the settings of one that is there', async () => {
    using folder = folderOfLogs();
    await using stub = await startStub(existing());
    const words = ['import', folder.logs, '--benchmark', 'gsm8k', '--url', stub.address];
    const fine = await runProgram([...words, '--score-range', '0,1', '--title', 'GSM8K']);
    expect(fine.code).toBe(0);
    const range = await runProgram([...words, '--score-range', '0,100']);
    expect(range).toMatchObject({ code: 1, err: expect.stringContaining('the score range 0,1 already') });
    const title = await runProgram([...words, '--title', 'Other']);
    expect(title).toMatchObject({ code: 1, err: expect.stringContaining('with another title') });
    expect(stub.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    expect(stub.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('asks for a dry run, and takes its answer for a success', async () => {
    using folder = folderOfLogs();
    const dry = { ...report, dry_run: true, question: 'choose a metric: acc, acc_norm', outcome: null };
    await using stub = await startStub(existing(dry));
    const words = ['import', folder.logs, '--benchmark', 'gsm8k', '--url', stub.address, '--dry-run'];
    const { code, out } = await runProgram(words);
    expect(code).toBe(0);
    expect(stub.requests.at(-1)!.query).toEqual({ dry_run: 'true' });
    expect(out).toMatch(/^QUESTION {6}choose a metric: acc, acc_norm\ndry run {7}nothing was stored\n$/m);
  });

  it('ends with 1 where nothing was stored that was to be', async () => {
    using folder = folderOfLogs();
    const conflicts = [{ path: 'acme/samples.jsonl, line 3', message: 'stored as 1, here 0' }];
    const refused = { ...report, outcome: null, conflicts };
    await using stub = await startStub(existing(refused));
    const { code, out, err } = await runProgram([
      'import',
      folder.logs,
      '--benchmark',
      'g',
      '--url',
      stub.address,
    ]);
    expect(code).toBe(1);
    expect(out).toContain('CONFLICT      acme/samples.jsonl, line 3: stored as 1, here 0');
    expect(err).toContain('nothing was stored');
  });

  it('renders the problem of a server with its places', async () => {
    using folder = folderOfLogs();
    const errors = [
      { path: 'acme/samples.jsonl, line 1', message: 'there is no doc_id' },
      { path: 'results.json', message: 'is empty' },
    ];
    await using stub = await startStub(({ method }) =>
      method === 'POST'
        ? problem(422, 'unreadable-log', 'the logs cannot be read', errors)
        : { body: benchmark },
    );
    const { code, out, err } = await runProgram([
      'import',
      folder.logs,
      '--benchmark',
      'g',
      '--url',
      stub.address,
    ]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      'benchcast: the logs cannot be read\n  acme/samples.jsonl, line 1: there is no doc_id\n  results.json: is empty\n',
    );
  });

  it('takes address and key from the environment, options first, and never prints the key', async () => {
    using folder = folderOfLogs();
    await using stub = await startStub(() => problem(401, 'unauthorized', 'that key is not known'));
    const words = ['import', folder.logs, '--benchmark', 'g'];
    const environment = { BENCHCAST_URL: stub.address, BENCHCAST_KEY: 'key-of-the-environment' };
    const first = await runProgram(words, environment);
    const second = await runProgram([...words, '--key', 'key-of-the-option'], environment);
    expect(stub.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer key-of-the-environment',
      'Bearer key-of-the-option',
    ]);
    for (const { code, out, err } of [first, second]) {
      expect(code).toBe(1);
      expect(err).toBe('benchcast: that key is not known\n');
      expect(out + err).not.toContain('key-of');
    }
  });

  it('opens no connection, and no database, for files that are not there', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    const { code, err } = await runProgram([
      'import',
      folder.path('x'),
      '--benchmark',
      'b',
      '--database',
      database,
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(/^benchcast: .*x cannot be read: .*no such file/);
    expect(existsSync(database)).toBe(false);
  });
});
