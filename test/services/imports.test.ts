import { describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../src/services/imports.ts';
import type { Services } from '../../src/services/open-services.ts';
import {
  eeeRow,
  givenFile,
  inspectDocument,
  jsonLines,
  type LmEvalRow,
  type LogSource,
  lmEvalResults,
  lmEvalSamples,
  openBenchmark,
  plainOptions,
  promptfooDocument,
  refusalOf,
} from '../support/logs.ts';

const times = ['2026-01-01T00-00-00.0', '2026-01-02T00-00-00.0', '2026-01-03T00-00-00.0'];

/** A run of lm-eval of model `m<k>` on task t: rows of id, content and score. */
function run(
  k: number,
  rows: readonly (readonly [id: number, content: string, score: unknown])[],
): LogSource[] {
  const written = rows.map(
    ([id, hash, acc]): LmEvalRow => ({ id, hash, scores: { acc }, doc: { subject: `s${hash}` } }),
  );
  return [
    lmEvalSamples({ task: 't', rows: written, time: times[k] }),
    lmEvalResults({ model: `m${k}`, time: times[k] }),
  ];
}

function add(services: Services, sources: readonly LogSource[], options: Partial<ImportOptions> = {}) {
  return services.imports.add(
    'b',
    sources.map((source) => givenFile(source)),
    { ...plainOptions, ...options },
  );
}

async function matrixOf(services: Services): Promise<string> {
  return (await Array.fromAsync(await services.scores.export('b', 'csv'))).join('');
}

async function itemsOf(services: Services) {
  const { entries } = await services.items.list('b', { limit: 100, after: undefined });
  return entries.map(({ item, group, metadata }) => ({ item, group, metadata }));
}

describe('imports of logs', () => {
  it('store scores, groups, and what the harness calls the items', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    const report = await add(
      services,
      run(0, [
        [0, 'a', 1],
        [1, 'b', 0],
      ]),
    );
    expect(await matrixOf(services)).toBe('model,t/0,t/1\nm0,1,0\n');
    expect(await itemsOf(services)).toEqual([
      {
        item: 't/0',
        group: 't',
        metadata: {
          harness: 'lm-eval',
          task: 't',
          native_id: '0',
          content_hash: 'lm-eval:a',
          metric: 'acc',
          filter: 'none',
        },
      },
      {
        item: 't/1',
        group: 't',
        metadata: {
          harness: 'lm-eval',
          task: 't',
          native_id: '1',
          content_hash: 'lm-eval:b',
          metric: 'acc',
          filter: 'none',
        },
      },
    ]);
    expect(report).toMatchObject({
      isDryRun: false,
      question: null,
      models: [{ model: 'm0', scoredItems: 2, missingItems: 0, meanScore: 0.5, isNew: true }],
      groups: [{ group: 't', itemCount: 2 }],
      tasks: [{ task: 't', items: 2, newItems: 2 }],
    });
  });

  it('store nothing on a dry run, and report the same', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    const files = run(0, [
      [0, 'a', 1],
      [1, 'b', Number.NaN],
    ]);
    const dry = await add(services, files, { isDryRun: true });
    expect(await itemsOf(services)).toEqual([]);
    const wet = await add(services, files);
    expect({ ...wet, isDryRun: true, outcome: null }).toEqual(dry);
    expect(dry.missing).toEqual([{ reason: 'not a number', count: 1 }]);
  });

  it('name groups by a field of the documents, and leave a group that is there', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    await add(services, run(0, [[0, 'a', 1]]));
    await add(
      services,
      run(1, [
        [0, 'a', 1],
        [1, 'b', 1],
      ]),
      { group: 'subject' },
    );
    expect((await itemsOf(services)).map(({ item, group }) => [item, group])).toEqual([
      ['t/0', 't'],
      ['t/1', 'sb'],
    ]);
  });

  it.each([
    ['two lines', 'a\nb'],
    ['nothing', ''],
    ['300 characters', 'x'.repeat(300)],
  ])('refuse a group that is no name: %s', async (_, subject) => {
    await using benchmark = await openBenchmark();
    const rows = [{ id: 0, scores: { acc: 1 }, doc: { subject } }];
    const files = [lmEvalSamples({ task: 't', rows }), lmEvalResults({})];
    const stored = await add(benchmark.services, files, { group: 'subject' }).then(
      async () => (await itemsOf(benchmark.services))[0].group,
      () => null,
    );
    // Either it is refused, or such a group is none.
    expect(stored).toBeNull();
  });

  it('refuse a model without any score', async () => {
    await using benchmark = await openBenchmark();
    const files = [...run(0, [[0, 'a', 1]]), ...run(1, [[0, 'a', null]])];
    expect(await refusalOf(add(benchmark.services, files))).toMatch(/^missing-scores: /);
    expect(await itemsOf(benchmark.services)).toEqual([]);
  });

  it('do not store hashes that no harness writes', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    const content = jsonLines([eeeRow('a', 1, { sample_hash: 'x'.repeat(100_000) })]);
    const stored = await add(services, [{ path: 'a.jsonl', content }]).then(
      async () => JSON.stringify((await itemsOf(services))[0].metadata).length,
      () => 0,
    );
    expect(stored).toBeLessThanOrEqual(16_384);
  });
});

describe('the content of items', () => {
  const bank = run(0, [
    [0, 'a', 1],
    [1, 'b', 0],
    [2, 'c', 1],
  ]);

  it('puts samples under the wrong id where they belong, and their descriptions nowhere else', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    await add(services, bank);
    const before = await itemsOf(services);
    const report = await add(
      services,
      run(1, [
        [0, 'b', 0.25],
        [1, 'c', 0.5],
        [2, 'a', 0.75],
      ]),
    );
    expect(await matrixOf(services)).toBe('model,t/0,t/1,t/2\nm0,1,0,1\nm1,0.75,0.25,0.5\n');
    expect(report.remapped).toMatchObject({
      count: 3,
      examples: [{ model: 'm1', from: 't/0', to: 't/1' }, {}, {}],
    });
    expect(await itemsOf(services)).toEqual(before);
  });

  it('does so too where both runs come in one import, in either order', async () => {
    const mislabelled = run(1, [
      [0, 'b', 0.25],
      [1, 'a', 0.75],
    ]);
    for (const files of [
      [...bank, ...mislabelled],
      [
        ...bank,
        ...run(2, [
          [0, 'a', 1],
          [1, 'b', 1],
        ]),
        ...mislabelled,
      ],
    ]) {
      await using benchmark = await openBenchmark();
      const { services } = benchmark;
      const outcome = await add(services, files).then(
        async () => (await matrixOf(services)).split('\n').find((line) => line.startsWith('m1')),
        ({ code }) => code,
      );
      expect(['m1,0.75,0.25,', 'content-mismatch']).toContain(outcome);
    }
  });

  it('that no item has is refused, and nothing is stored', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    await add(services, bank);
    const before = await matrixOf(services);
    const other = run(1, [
      [0, 'a', 1],
      [1, 'z', 1],
    ]);
    expect(await refusalOf(add(services, other))).toMatch(/^content-mismatch: .*content=ignore/);
    expect(await matrixOf(services)).toBe(before);
    await add(services, other, { ignoresContent: true });
    expect(await matrixOf(services)).toContain('m1,1,1,');
  });

  it('by another recipe says nothing', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    const one = { task: 't', model: 'm0', samples: [{ id: 0, input: 'q', scores: { score: 'I' } }] };
    await add(services, [inspectDocument(one)]);
    const row = eeeRow('0', 1, { model_id: 'm9', evaluation_name: 't', sample_hash: 'ab12' });
    await add(services, [{ path: 'a.jsonl', content: jsonLines([row]) }]);
    expect(await matrixOf(services)).toBe('model,t/0\nm0,0\nm9,1\n');
    const [{ metadata }] = await itemsOf(services);
    expect(metadata?.content_hash).toMatch(/^inspect:/);
  });

  it('is learnt of items that were there before without it', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    await add(services, [{ path: 'a.csv', content: 'model,q one,q two\nm9,1,0\n' }]);
    await services.items.update('b', [
      { item: 'q one', metadata: { task: 't', native_id: 0, note: 'mine' } },
    ]);
    await add(services, run(0, [[0, 'a', 0.5]]));
    expect((await itemsOf(services))[0]).toEqual({
      item: 'q one',
      group: 't',
      metadata: {
        harness: 'lm-eval',
        task: 't',
        native_id: 0,
        note: 'mine',
        content_hash: 'lm-eval:a',
        metric: 'acc',
        filter: 'none',
      },
    });
    expect(await matrixOf(services)).toBe('model,q one,q two\nm9,1,0\nm0,0.5,\n');
  });
});

describe('the measure of a task', () => {
  it('stays the one its scores are stored by', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    const both = (model: string) => [
      lmEvalSamples({ task: 't', rows: [{ id: 0, scores: { acc: 1, f1: 0 } }] }),
      lmEvalResults({ model }),
    ];
    await add(services, both('m0'), { metrics: ['f1'] });
    await add(services, both('m1'));
    expect(await matrixOf(services)).toBe('model,t/0\nm0,0\nm1,0\n');
    expect(await refusalOf(add(services, both('m2'), { metrics: ['acc'] }))).toMatch(
      /^ambiguous-log: task t is stored by f1 \(none\), and acc \(none\) is another measure/,
    );
    const other = { task: 't', model: 'm9', samples: [{ id: 0, scores: { match: 'C' } }] };
    expect(await refusalOf(add(services, [inspectDocument(other)]))).toMatch(
      /^ambiguous-log: task t has no f1, choose by metric: match/,
    );
    expect(await matrixOf(services)).toBe('model,t/0\nm0,0\nm1,0\n');
  });
});

describe('names that every object has', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'are names like others: %s',
    async (name) => {
      await using benchmark = await openBenchmark();
      const { services } = benchmark;
      const rows = [
        {
          id: 0,
          scores: JSON.parse(`{"${name}":1,"acc":0}`),
          filter: name,
          doc: JSON.parse(`{"${name}":"${name}"}`),
        },
      ];
      await add(services, [lmEvalSamples({ task: name, rows }), lmEvalResults({ model: name })], {
        metrics: [name],
        filters: [name],
        group: name,
      });
      expect(await matrixOf(services)).toBe(`model,${name}/0\n${name},1\n`);
      expect((await itemsOf(services))[0].group).toBe(name);
    },
  );

  it.each(['constructor', 'toString', '__proto__'])(
    'are no scores where a row does not have them: %s',
    async (name) => {
      await using benchmark = await openBenchmark();
      const line = { doc_id: 0, doc: {}, resps: [], filter: 'none', metrics: ['acc', name], acc: 1 };
      const samples = { path: `samples_t_${times[0]}.jsonl`, content: jsonLines([line]) };
      const report = await add(benchmark.services, [samples], {
        model: 'm',
        metrics: ['acc'],
        isDryRun: true,
      });
      const found = report.tasks[0].measures.find(({ metric }) => metric === name);
      expect(found).toMatchObject({ scored: 0, missing: 1, unusable: null });
    },
  );

  it('are ids of promptfoo, and variables of its tests', async () => {
    await using benchmark = await openBenchmark();
    const { services } = benchmark;
    const vars = JSON.parse('{"__proto__":1,"constructor":2}');
    const rows = [
      { metadata: { id: '__proto__' }, vars },
      { metadata: { id: 'constructor' }, vars: JSON.parse('{"__proto__":2}') },
    ];
    await add(services, [promptfooDocument(rows)], { metrics: ['score'] });
    expect(await matrixOf(services)).toBe('model,__proto__,constructor\norg/model,1,1\n');
    const hashes = (await itemsOf(services)).map(({ metadata }) => metadata?.content_hash);
    expect(new Set(hashes).size).toBe(2);
  });
});
