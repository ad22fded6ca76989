import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples, hasPrograms, makeLogs, runExample } from '../support/examples.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const gate = join(examples, 'python/gate.py');
const reference = 'made-up/model-11';
const items = 100;
const population = 3 * items;
const size = 60;

interface CoreSet {
  readonly id: string;
  readonly items: readonly string[];
}

type Scores = ReadonlyMap<string, number>;

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe.skipIf(!hasPrograms('python3'))('the gate', () => {
  const folder = temporaryFolder();
  let service: SpawnedService;
  let coreSet: CoreSet;
  let ofReference: Scores;

  beforeAll(async () => {
    service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    const table = folder.path('history.csv');
    await makeLogs(folder.path('history'), '--models', 16, '--items', items, '--csv', table);
    await send('PUT', '/benchmarks/made-up', 'application/json', '{}');
    const csv = readFileSync(table, 'utf8');
    await send('POST', '/benchmarks/made-up/scores', 'text/csv', csv);
    const [head, ...rows] = csv
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    const row = rows.find(([model]) => model === reference)!;
    ofReference = new Map(head.slice(1).map((item, i) => [item, Number(row[i + 1])]));
    coreSet = await drawCoreSet(1);
    run(coreSet, 'reference', ofReference);
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** Answers the document that comes back, whatever it is. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
  async function send(method: string, path: string, type: string, body: string): Promise<any> {
    const response = await fetch(`${service.address}/v1${path}`, {
      method,
      headers: { 'content-type': type },
      body,
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }

  async function drawCoreSet(seed: number): Promise<CoreSet> {
    const body = JSON.stringify({ size, seed });
    const drawn = await send('POST', '/benchmarks/made-up/core-sets', 'application/json', body);
    return { id: drawn.id, items: drawn.items.map(({ item }: { item: string }) => item) };
  }

  function logsOf(set: CoreSet, name: string): string {
    return folder.path(`${set.id}-${name}`);
  }

  /** Writes the log of a run on a core set. */
  function run(set: CoreSet, name: string, scores: Scores): void {
    const place = join(logsOf(set, name), `acme__${name}`);
    mkdirSync(place, { recursive: true });
    for (const [task, items] of Map.groupBy(set.items, (item) => item.split('/')[0])) {
      const rows = items.map((item) => ({
        ...{ doc_id: Number(item.split('/')[1]), doc: {}, target: '', arguments: {}, resps: [['']] },
        ...{ filter: 'none', metrics: ['exact_match'], exact_match: scores.get(item) },
      }));
      const content = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      writeFileSync(join(place, `samples_${task}_2026-02-01T12-00-00.000000.jsonl`), content);
    }
    const results = { model_name: `acme/${name}`, results: {}, configs: {} };
    writeFileSync(join(place, 'results_2026-02-01T12-00-00.000000.json'), JSON.stringify(results));
  }

  /** A checkpoint of the reference: as many items newly right as newly wrong, and others lost or gained. */
  function checkpoint(
    name: string,
    { swapped, lost = 0, gained = 0 }: { swapped: number; lost?: number; gained?: number },
  ): Scores {
    const shuffled = [...ofReference.keys()].sort((a, b) => (hash(name + a) < hash(name + b) ? -1 : 1));
    const right = shuffled.filter((item) => ofReference.get(item) === 1).slice(0, swapped + lost);
    const wrong = shuffled.filter((item) => ofReference.get(item) === 0).slice(0, swapped + gained);
    expect([right.length, wrong.length]).toEqual([swapped + lost, swapped + gained]);
    return new Map(
      [...ofReference].map(([item, score]) => [
        item,
        [...right, ...wrong].includes(item) ? 1 - score : score,
      ]),
    );
  }

  function ask(set: CoreSet, name: string, words: readonly (string | number)[], environment = {}) {
    const all = [gate, '--core-set', set.id, '--checkpoint', logsOf(set, name), ...words];
    return runExample('python3', all, { BENCHCAST_URL: service.address, ...environment });
  }

  function againstLogs(set: CoreSet): string[] {
    return ['--reference', logsOf(set, 'reference')];
  }

  it('fails where a checkpoint is decidedly worse', async () => {
    run(coreSet, 'worse', checkpoint('worse', { swapped: 10, lost: 60 }));
    const summary = folder.path('summary.md');
    const { code, out, err } = await ask(coreSet, 'worse', againstLogs(coreSet), {
      GITHUB_STEP_SUMMARY: summary,
    });
    expect([err, code]).toEqual(['', 1]);
    expect(out).toMatch(
      /^::error title=checkpoint gate::acme\/worse against acme\/reference: decidedly worse\. Difference -0\.\d{3} \(95 %25 interval -0\.\d{3} to -0\.\d{3}\) on 60 of 300 items\.$/m,
    );
    const written = readFileSync(summary, 'utf8');
    expect(written).toContain('## Checkpoint gate: decidedly worse\n');
    expect(written).toMatch(
      /^\| acme\/worse \| acme\/reference \| -0\.\d{3} \| -0\.\d{3} to -0\.\d{3} \| 60 of 300 \|$/m,
    );
  });

  it('compares with a model of the history, and with an evaluation', async () => {
    run(coreSet, 'much-worse', checkpoint('much-worse', { swapped: 5, lost: 90 }));
    const known = await ask(coreSet, 'much-worse', ['--reference-model', reference]);
    expect([known.err, known.code]).toEqual(['', 1]);
    const body = { model: 'stored', results: coreSet.items.map((item) => ({ item, score: 1 })) };
    const path = `/core-sets/${coreSet.id}/evaluations`;
    const { id } = await send('POST', path, 'application/json', JSON.stringify(body));
    const evaluated = await ask(coreSet, 'much-worse', ['--reference-evaluation', id]);
    expect([evaluated.err, evaluated.code]).toEqual(['', 1]);
    expect(evaluated.out).toContain('acme/much-worse against stored: decidedly worse');
  });

  it('passes a better one', async () => {
    run(coreSet, 'better', checkpoint('better', { swapped: 5, gained: 60 }));
    const { code, out } = await ask(coreSet, 'better', againstLogs(coreSet));
    expect(code).toBe(0);
    expect(out).toMatch(/^::notice title=checkpoint gate::.*: not worse\. Difference \+0\.\d{3} /m);
  });

  it('passes what is not decided, and says what would decide it', async () => {
    run(coreSet, 'equal', checkpoint('equal', { swapped: 25 }));
    const { code, out } = await ask(coreSet, 'equal', againstLogs(coreSet));
    expect(code).toBe(0);
    // The squared width goes with 1/n - 1/N.
    const halved = Math.ceil(1 / (1 / population + (1 / size - 1 / population) / 4)) - size;
    expect(out).toMatch(/^::notice title=checkpoint gate::.*: not decided\. .* It is \+- 0\.\d{3} wide; /m);
    expect(out).toContain(`about ${halved} items more would make it half as wide`);
  });

  it('tolerates what it is told to', async () => {
    run(coreSet, 'worse-by-20', checkpoint('worse-by-20', { swapped: 2, lost: 60 }));
    expect((await ask(coreSet, 'worse-by-20', againstLogs(coreSet))).code).toBe(1);
    const { code, out } = await ask(coreSet, 'worse-by-20', [...againstLogs(coreSet), '--tolerate', 0.3]);
    expect(code).toBe(0);
    expect(out).toContain(', 0.3 tolerated. Difference -0.');
  });

  it('does not misfire on checkpoints that are as good more often than the level allows', async () => {
    const outcomes: { code: number | null; out: string }[] = [];
    for (let k = 0; k < 10; k++) {
      const set = await drawCoreSet(100 + k);
      run(set, 'reference', ofReference);
      run(set, 'equal', checkpoint(`equal ${k}`, { swapped: 25 }));
      outcomes.push(await ask(set, 'equal', againstLogs(set)));
    }
    // One in forty: two of ten would be a chance of one in forty.
    expect(outcomes.filter(({ code }) => code !== 0).length).toBeLessThan(2);
    // A gate on the estimates alone would have failed these.
    const losing = outcomes.filter(({ out }) => out.includes('Difference -'));
    expect(losing.length).toBeGreaterThan(2);
  });

  it.each<[string, string | null, (string | number)[], string]>([
    ['a core set that is not there', 'nope', [], 'There is no such core set'],
    ['a level that is none', null, ['--level', 2], 'level: must be a number from'],
    ['a reference that is not there', null, ['--reference-model', 'nobody'], 'There is no such model'],
  ])('cannot answer with %s', async (_, set, words, reason) => {
    run(coreSet, 'any', checkpoint('any', { swapped: 1 }));
    const against = words.includes('--reference-model') ? [] : againstLogs(coreSet);
    const all = [
      '--core-set',
      set ?? coreSet.id,
      '--checkpoint',
      logsOf(coreSet, 'any'),
      ...against,
      ...words,
    ];
    const { code, out } = await runExample('python3', [gate, ...all], { BENCHCAST_URL: service.address });
    expect(code).toBe(2);
    expect(out).toMatch(/^::error title=checkpoint gate::/);
    expect(out).toContain(reason);
  });

  it('cannot answer without all results, without logs, or without a service', async () => {
    run(coreSet, 'partial', checkpoint('partial', { swapped: 1 }));
    const [name] = globSync('*/samples_made_sums_*', { cwd: logsOf(coreSet, 'partial') });
    const file = join(logsOf(coreSet, 'partial'), name);
    const ofOneTask = ['--core-set', coreSet.id, '--checkpoint', file, ...againstLogs(coreSet)];
    const partial = await runExample('python3', [gate, ...ofOneTask], { BENCHCAST_URL: service.address });
    expect(partial.code).toBe(2);
    expect(partial.out).toMatch(/::\d+ items of the core set have no result in .*: run them too/);
    const nothing = await ask(coreSet, 'nothing', againstLogs(coreSet));
    expect([nothing.code, nothing.out]).toEqual([2, expect.stringContaining('there are no logs in ')]);
    const nowhere = await ask(coreSet, 'partial', againstLogs(coreSet), {
      BENCHCAST_URL: 'http://127.0.0.1:1',
    });
    expect([nowhere.code, nowhere.out]).toEqual([
      2,
      expect.stringContaining('http://127.0.0.1:1 does not answer'),
    ]);
    const { code, err } = await ask(coreSet, 'partial', [...againstLogs(coreSet), '--tolerate', -1]);
    expect(code).toBe(2);
    expect(err).toContain('--tolerate');
  });

  it('is called by the workflow with options that it has', async () => {
    const workflow = readFileSync(join(examples, 'github-actions/checkpoint-gate.yml'), 'utf8');
    const [, called] = /python3 ci\/gate\.py (.*?)\n\n/s.exec(workflow)!;
    const { out: help } = await runExample('python3', [gate, '--help']);
    const used = called.match(/--[a-z-]+/g)!;
    expect(used).toContain('--core-set');
    expect(used.filter((option) => !help.includes(`  ${option} `))).toEqual([]);
  });
});
