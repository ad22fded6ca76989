import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eeeRow,
  helmRun,
  importLogs,
  inspectArchive,
  inspectDocument,
  inspectSample,
  jsonLines,
  type LogSource,
  lightevalDetails,
  lmEvalResults,
  lmEvalRow,
  lmEvalSamples,
  lmEvalTime,
  openAiEvents,
  openCompassResults,
  outcomeOf,
  parquetFile,
  promptfooDocument,
  promptfooRow,
  refusalOf,
  tarOf,
} from '../support/logs.ts';
import { writeZip } from '../support/zip.ts';

const options = { model: 'm', task: 't', metrics: ['score', 'acc', 'em', 'match', 'exact_match', 'correct'] };
const samples = [
  { id: 1, scores: { match: 'C', judge: { a: 1 } }, metadata: { subject: 's' } },
  { id: 'b', scores: {}, error: 'x', input: [{ role: 'user', content: 'hi' }] },
];
const reductions = [{ scorer: 'match', reducer: 'mean', samples: [{ sample_id: 1, value: 0.5 }] }];
const results = {
  scores: [{ name: 'match', scorer: 'match', metrics: { accuracy: { name: 'accuracy', value: 1 } } }],
};

/** A small valid log of each format; several files where they belong together. */
const valid: Readonly<Record<string, readonly LogSource[]>> = {
  'lm-eval': [
    lmEvalSamples({
      task: 't',
      rows: [
        { id: 0, scores: { acc: 1 }, hash: 'h' },
        { id: 1, scores: { acc: Number.NaN } },
      ],
    }),
    lmEvalResults({ scores: { t: { 'acc,none': 1 } }, effective: 1 }),
  ],
  'lm-eval 0.4.0': [lmEvalSamples({ task: 't', rows: [{ id: 0, scores: { acc: 1 } }], version: '0.4.0' })],
  'Inspect JSON': [inspectDocument({ samples, results })],
  'Inspect reductions': [inspectDocument({ reductions })],
  'Inspect archive': [inspectArchive({ samples, reductions, results })],
  'Inspect journal': [inspectArchive({ samples }, { journalOf: 1, method: 93 })],
  HELM: helmRun({ entries: [{ id: 'id1', stats: { exact_match: 1 } }], means: { exact_match: 1 } }),
  'Every Eval Ever': [{ path: 'a_samples.jsonl', content: jsonLines([eeeRow('a', 1)]) }],
  promptfoo: [promptfooDocument([{ metadata: { id: 1 }, namedScores: { x: 1 } }])],
  'promptfoo lines': [{ path: 'o.jsonl', content: jsonLines([promptfooRow({})]) }],
  OpenCompass: [openCompassResults([{ example_abbr: 't_test_0', correct: [true] }], { accuracy: 100 })],
  'OpenAI evals': [openAiEvents([{ sample_id: 'a.b.0', type: 'match', data: { correct: true } }], 1)],
  lighteval: [lightevalDetails([{ id: '0', metrics: { em: 1 } }])],
  'a wide Parquet matrix': [
    parquetFile([
      { name: 'model', data: ['a', 'b'], type: 'STRING' },
      { name: 'q', data: [1, null], type: 'DOUBLE' },
    ]),
  ],
  'a CSV matrix': [{ path: 'm.csv', content: 'model,"q 1",q2\na,1,\nb,0,0.5\n' }],
  'an NDJSON matrix': [{ path: 'm.ndjson', content: '{"model":"a","scores":{"q":1}}\n' }],
  'a JSON matrix': [{ path: 'm.json', content: '{"items":["q"],"models":[{"model":"a","scores":[1]}]}' }],
};
const logs = Object.entries(valid);

/** The same files with one of them replaced. */
function withContent(sources: readonly LogSource[], index: number, content: Buffer): LogSource[] {
  return sources.map((source, k) => (k === index ? { ...source, content } : source));
}

describe('a log in good order', () => {
  it.each(logs)('is read: %s', async (_, sources) => {
    expect(await outcomeOf(importLogs(sources, options))).toBe('read');
  });
});

describe('a log that is cut off', () => {
  it.each(logs)('is read or refused, wherever: %s', async (name, sources) => {
    for (const [index, { content }] of sources.entries()) {
      const bytes = Buffer.from(content);
      const step = Math.max(1, Math.floor(bytes.length / 25));
      for (let end = 0; end < bytes.length; end += step) {
        const outcome = await outcomeOf(
          importLogs(withContent(sources, index, bytes.subarray(0, end)), options),
        );
        const isLines = /lines|lm-eval$|Ever|OpenAI|CSV|NDJSON/.test(name);
        if (!isLines && index === sources.length - 1) expect(outcome, `${name}, ${end}`).not.toBe('read');
      }
    }
  });

  it.each(['jsonl', 'json', 'eval', 'parquet'])(
    'is refused under compression and in archives: .%s',
    async (kind) => {
      const source = {
        jsonl: valid['Every Eval Ever'][0],
        json: valid['Inspect JSON'][0],
        eval: valid['Inspect archive'][0],
        parquet: valid.lighteval[0],
      }[kind]!;
      const content = Buffer.from(source.content);
      const packed = [gzipSync(content), zstdCompressSync(content), gzipSync(await tarOf([source]))];
      for (const bytes of packed) {
        const step = Math.max(1, Math.floor(bytes.length / 12));
        for (let end = 4; end < bytes.length; end += step) {
          const cut = [{ ...source, content: bytes.subarray(0, end) }];
          expect(await outcomeOf(importLogs(cut, options))).toBe('unreadable-log');
        }
      }
    },
  );
});

describe('a log of wrong types', () => {
  const strange = [null, true, -1, 1e308, '', '__proto__', [[]], { a: { b: 1 } }];

  /** Every document in which one value at any depth is another. */
  function* changes(value: unknown, others: readonly unknown[]): Generator<unknown> {
    yield* others;
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      const member = (value as Record<string, unknown>)[key];
      const copy = Array.isArray(value) ? [...value] : { ...value };
      for (const other of changes(member, others)) {
        (copy as Record<string, unknown>)[key] = other;
        yield structuredClone(copy);
      }
      if (!Array.isArray(value)) {
        const { [key]: _, ...rest } = value as Record<string, unknown>;
        yield rest;
      }
    }
  }

  const documents: Readonly<Record<string, (value: unknown) => readonly LogSource[]>> = {
    'lm-eval samples': (value) => [
      {
        path: `samples_t_${lmEvalTime}.jsonl`,
        content: jsonLines([lmEvalRow({ id: 5, scores: { acc: 1 } }), value]),
      },
      lmEvalResults({}),
    ],
    'lm-eval results': (value) => [
      valid['lm-eval'][0],
      { path: `results_${lmEvalTime}.json`, content: JSON.stringify(value) },
    ],
    'Inspect JSON': (value) => [{ path: 'log.json', content: JSON.stringify(value) }],
    'Inspect archive': (value) => [
      {
        path: 'log.eval',
        content: writeZip([
          { name: 'header.json', content: JSON.stringify({ eval: { task: 't', model: 'm' } }), method: 0 },
          { name: 'summaries.json', content: JSON.stringify(value), method: 0 },
        ]),
      },
    ],
    'HELM instances': (value) => [
      helmRun({ entries: [] })[0],
      { path: 'per_instance_stats.json', content: JSON.stringify(value) },
    ],
    'HELM run': (value) => [
      { path: 'run_spec.json', content: JSON.stringify(value) },
      helmRun({ entries: [{ id: 'id1', stats: { em: 1 } }] })[1],
    ],
    'Every Eval Ever': (value) => [{ path: 'a.jsonl', content: jsonLines([eeeRow('z', 1), value]) }],
    'promptfoo lines': (value) => [{ path: 'o.jsonl', content: jsonLines([promptfooRow({}), value]) }],
    promptfoo: (value) => [{ path: 'o.json', content: JSON.stringify(value) }],
    OpenCompass: (value) => [{ path: 'results/m/t.json', content: JSON.stringify(value) }],
    'OpenAI evals': (value) => [
      { path: 'r.jsonl', content: `${openAiEvents([]).content}${jsonLines([value])}` },
    ],
    'a matrix': (value) => [{ path: 'm.json', content: JSON.stringify(value) }],
    'a matrix by lines': (value) => [
      { path: 'm.ndjson', content: jsonLines([{ model: 'z', scores: { q: 1 } }, value]) },
    ],
  };
  const parse = (source: LogSource) => JSON.parse(String(source.content));
  const originals: Readonly<Record<string, unknown>> = {
    'lm-eval samples': lmEvalRow({ id: 0, scores: { acc: 1 }, hash: 'h' }),
    'lm-eval results': parse(valid['lm-eval'][1]),
    'Inspect JSON': { ...parse(valid['Inspect JSON'][0]), reductions },
    'Inspect archive': samples.map((sample) => inspectSample(sample)),
    'HELM instances': parse(helmRun({ entries: [{ id: 'id1', stats: { em: 1 } }] })[1]),
    'HELM run': parse(helmRun({ entries: [] })[0]),
    'Every Eval Ever': eeeRow('a', 1, { metadata: { a: 'b' }, sample_hash: 'h' }),
    'promptfoo lines': promptfooRow({ metadata: { id: 'x' }, description: 'd', namedScores: { a: 1 } }),
    promptfoo: parse(valid.promptfoo[0]),
    OpenCompass: parse(valid.OpenCompass[0]),
    'OpenAI evals': { run_id: 'r', event_id: 1, sample_id: 'a.b.0', type: 'match', data: { correct: true } },
    'a matrix': parse(valid['a JSON matrix'][0]),
    'a matrix by lines': { model: 'a', scores: { q: 1 } },
  };

  it.each(Object.keys(documents))('is read or refused: %s', async (name) => {
    let tried = 0;
    for (const value of changes(originals[name], strange)) {
      const outcome = await outcomeOf(importLogs(documents[name](value), { ...options, group: 'subject' }));
      expect(outcome).toMatch(/^[a-z-]+$/);
      tried++;
    }
    expect(tried).toBeGreaterThan(30);
  });

  /** The files of a log with a value nested deep in its last line, behind all that tells what it is. */
  function withDeep(name: string, more: object): LogSource[] {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    return documents[name]({ ...(originals[name] as object), ...more }).map(({ path, content }) => ({
      path,
      content: String(content).replace('\n', '\n'.repeat(300_000)).replaceAll('"@@"', deep),
    }));
  }

  it.each([
    ['lm-eval samples', 'acc'],
    ['lm-eval samples', 'doc'],
    ['promptfoo lines', 'vars'],
    ['promptfoo lines', 'score'],
    ['Every Eval Ever', 'evaluation'],
    ['Every Eval Ever', 'metadata'],
    ['OpenAI evals', 'data'],
    ['a matrix by lines', 'scores'],
  ])('is read or refused with values nested 200,000 deep: %s, %s', async (name, field) => {
    const sources = withDeep(name, { [field]: { q: '@@' } });
    expect(await outcomeOf(importLogs(sources, options))).toMatch(/^[a-z-]+$/);
  });

  it('is refused with ids nested 200,000 deep', async () => {
    const sources = withDeep('lm-eval samples', { doc_id: '@@' });
    expect(await refusalOf(importLogs(sources, options))).toMatch(/^unreadable-log/);
  });
});

describe('a log that is not UTF-8', () => {
  it.each(logs.filter(([name]) => !/archive|journal|lighteval|Parquet/.test(name)))(
    'is refused: %s',
    async (_, sources) => {
      const text = String(sources[0].content);
      const place = text.lastIndexOf('"');
      const bytes = Buffer.concat([
        Buffer.from(text.slice(0, place)),
        Buffer.from([0xc3, 0x28, 0xff]),
        Buffer.from(text.slice(place)),
      ]);
      const outcome = await outcomeOf(importLogs(withContent(sources, 0, bytes), options));
      expect(['unreadable-log', 'malformed-body']).toContain(outcome);
    },
  );
});

describe('any bytes', () => {
  // Parquet is changed in test/importers/bombs.test.ts, in a process that can be ended.
  const editable = logs.filter(([name]) => !/lighteval|Parquet/.test(name));
  const begin = [
    '',
    '{',
    '[',
    '[{',
    '{"doc_id":0,"doc":',
    'PK\x03\x04',
    'PK\x05\x06',
    'PAR1',
    '\x1f\x8b\x08',
    '\x28\xb5\x2f\xfd',
    'model,',
  ];

  it('are read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...begin), fc.uint8Array({ maxLength: 300 }), async (first, rest) => {
        const content = Buffer.concat([Buffer.from(first, 'latin1'), rest]);
        expect(await outcomeOf(importLogs([{ path: 'samples_t_1.jsonl', content }], options))).toMatch(
          /^[a-z-]+$/,
        );
      }),
      { numRuns: 400 },
    );
  });

  it('in place of some of a log are read or refused', async () => {
    const change = fc.record({
      at: fc.nat(),
      drop: fc.integer({ min: 0, max: 3 }),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom('NaN', 'null', '"', '{', ']', '\n', '-', '1e999', '\\u0000', '""')
          .map((text) => Buffer.from(text)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...editable),
        fc.nat(),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        async ([, sources], which, edits) => {
          const index = which % sources.length;
          let bytes = Buffer.from(sources[index].content);
          for (const { at, drop, put } of edits) {
            const place = at % (bytes.length + 1);
            bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + drop)]);
          }
          expect(await outcomeOf(importLogs(withContent(sources, index, bytes), options))).toMatch(
            /^[a-z-]+$/,
          );
        },
      ),
      { numRuns: 700 },
    );
  });
});
