import { describe, expect, it } from 'vitest';
import {
  type InspectLog,
  importLogs,
  inspectArchive,
  inspectDocument,
  inspectSample,
  pythonJson,
  refusalOf,
} from '../../../support/logs.ts';
import { writeZip } from '../../../support/zip.ts';

/** The same log in both forms. */
function both(log: InspectLog) {
  return [
    { form: '.json', files: [inspectDocument(log)] },
    { form: '.eval', files: [inspectArchive(log)] },
  ];
}

function scored(values: readonly unknown[]) {
  return values.map((value, index) => ({ id: index, scores: { match: value } }));
}

const shown = (scores: readonly unknown[]) => scores.map((score, id) => `org/model quiz/${id} ${score}`);

describe('values of Inspect scores', () => {
  const values = [
    'C',
    'P',
    'I',
    'N',
    true,
    false,
    'Yes',
    'no',
    'TRUE',
    'false',
    '0.5',
    1,
    0,
    Number.NaN,
    null,
  ];
  const worth = [1, 0.5, 0, 0, 1, 0, 1, 0, 1, 0, 0.5, 1, 0, '-', '-'];

  it.each(both({ samples: scored(values) }))('are converted by its own rules: $form', async ({ files }) => {
    const { cells } = await importLogs(files);
    expect(cells).toEqual(shown(worth).sort());
  });

  it.each([
    ['maybe', 'the text "maybe"'],
    ['', 'the text ""'],
    [[1, 0], 'a list of 2'],
    ['c', 'the text "c"'],
  ])('refuse %j when it is chosen', async (value, reason) => {
    const log = inspectDocument({ samples: scored([1, value]) });
    expect(await refusalOf(importLogs([log]))).toContain(`match is ${reason}, not a number`);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'refuse the text %j like any other',
    async (value) => {
      const log = inspectDocument({ samples: scored([value]) });
      expect(await refusalOf(importLogs([log]))).toContain(`match is the text "${value}", not a number`);
    },
  );

  it('may have several keys, of which the caller chooses', async () => {
    const samples = [
      { id: 1, scores: { judge: { correct: 1, refusal: 0 } } },
      { id: 2, scores: { judge: { correct: 0, refusal: Number.NaN } } },
    ];
    const log = inspectDocument({ samples });
    expect(await refusalOf(importLogs([log]))).toMatch(/choose by filter: correct, refusal/);
    const correct = await importLogs([log], { filters: ['correct'] });
    expect(correct.cells).toEqual(['org/model quiz/1 1', 'org/model quiz/2 0']);
    const refusal = await importLogs([log], { filters: ['refusal'] });
    expect(refusal.cells).toEqual(['org/model quiz/1 0', 'org/model quiz/2 -']);
  });

  it('may be of several scorers, of which the caller chooses', async () => {
    const log = inspectDocument({ samples: [{ id: 1, scores: { match: 'C', judge: 'I' } }] });
    expect(await refusalOf(importLogs([log]))).toMatch(/choose by metric: match, judge/);
    expect((await importLogs([log], { metrics: ['judge'] })).cells).toEqual(['org/model quiz/1 0']);
  });

  it('keep keys that every object has', async () => {
    const content = JSON.stringify({
      ...JSON.parse(String(inspectDocument({}).content)),
      samples: [{ id: 1, epoch: 1, scores: { ['__proto__']: { value: 'C' } } }],
    });
    const read = await importLogs([{ path: 'log.json', content }]);
    expect(read.cells).toEqual(['org/model quiz/1 1']);
  });
});

describe('samples of Inspect', () => {
  const epochs = [1, 0, 0.5].map((value, k) => ({ id: 1, epoch: k + 1, scores: { match: value } }));
  const four = [...epochs, { id: 1, epoch: 4, scores: { match: 0 } }];

  it.each([
    ['mean', 0.375],
    ['median', 0.25],
    ['max', 1],
    ['min', 0],
  ] as const)('are reduced over epochs by %s', async (reducer, score) => {
    for (const { files } of both({ samples: four })) {
      expect((await importLogs(files, { reducer })).cells).toEqual([`org/model quiz/1 ${score}`]);
    }
  });

  it('count the epochs that have a score', async () => {
    const samples = [...epochs.slice(0, 2), { id: 1, epoch: 3, scores: { match: Number.NaN } }];
    expect((await importLogs([inspectDocument({ samples })])).cells).toEqual(['org/model quiz/1 0.5']);
  });

  it.each(
    both({
      samples: [
        { id: 1, scores: { match: 'I' } },
        { id: 2, scores: { match: 'C' } },
        { id: 1, scores: { match: 'C' } },
      ],
    }),
  )('that were tried again count as they were last: $form', async ({ files }) => {
    expect((await importLogs(files)).cells).toEqual(['org/model quiz/1 1', 'org/model quiz/2 1']);
  });

  const holes: InspectLog = {
    samples: [
      { id: 'ok', scores: { match: 'C' } },
      { id: 'errored', scores: null, error: { message: 'boom' } },
      { id: 'unscored', scores: {} },
      { id: 'invalid', scores: { match: 'I' }, invalidation: { reason: 'x' } },
      { id: 'nan', scores: { match: Number.NaN } },
    ],
  };

  it.each(both(holes))('without a score are never 0: $form', async ({ files }) => {
    const { cells, log } = await importLogs(files);
    expect(cells.filter((text) => !text.endsWith('-'))).toEqual(['org/model quiz/ok 1']);
    expect(Object.fromEntries(log?.parts[0].missing ?? [])).toEqual({
      errored: new Set([1]),
      unscored: new Set([2]),
      invalidated: new Set([3]),
      'not a number': new Set([4]),
    });
    // They are there, and have no score.
    expect(cells).toHaveLength(5);
  });

  it('that no scorer scored are missing by every one, and counted once', async () => {
    const samples = [
      { id: 0, scores: { match: 'C', judge: 'I' } },
      { id: 1, scores: null, error: 'boom' },
      { id: 2, scores: { match: Number.NaN, judge: Number.NaN } },
    ];
    for (const metric of ['match', 'judge']) {
      const { cells, log } = await importLogs([inspectDocument({ samples })], { metrics: [metric] });
      expect(cells).toEqual(
        [metric === 'match' ? 1 : 0, '-', '-'].map((score, id) => `org/model quiz/${id} ${score}`),
      );
      expect(log?.parts[0].missing).toEqual(
        new Map([
          ['not a number', new Set([2])],
          ['errored', new Set([1])],
        ]),
      );
    }
  });

  it('that errored keep a score that was given all the same', async () => {
    const samples = [{ id: 1, scores: { match: 'I' }, error: 'limit' }];
    expect((await importLogs([inspectDocument({ samples })])).cells).toEqual(['org/model quiz/1 0']);
  });

  it('are the same as 7, "7" and "007", over files', async () => {
    const logs = [7, '7', '007'].map((id, k) =>
      inspectDocument(
        { model: `m${k}`, samples: [{ id, scores: { match: 'C' }, input: 'q' }] },
        `log-${k}.json`,
      ),
    );
    expect((await importLogs(logs)).cells).toEqual(['m0 quiz/7 1', 'm1 quiz/7 1', 'm2 quiz/7 1']);
  });

  it.each(['a/b', '../../x', '07a', '1.50', '-7', 'constructor', '__proto__', 'toString'])(
    'keep the id %j',
    async (id) => {
      const samples = [{ id, scores: { match: 'C' } }];
      for (const { files } of both({ samples })) {
        expect((await importLogs(files)).cells).toEqual([`org/model quiz/${id} 1`]);
      }
    },
  );

  it.each([null, true, '', [], {}, Number.NaN, 1.5, 2 ** 53])('refuse the id %o', async (id) => {
    const [json, archive] = both({ samples: [{ id, scores: { match: 'C' } }] });
    expect(await refusalOf(importLogs(json.files))).toMatch(/^unreadable-log: log\.json, samples\.0: id is/);
    expect(await refusalOf(importLogs(archive.files))).toMatch(/^unreadable-log: .*summaries\.json.*id is/);
  });

  it('in old logs have one score, by the scorer of the results', async () => {
    const results = { scorer: { name: 'includes' }, metrics: { accuracy: { value: 1 } } };
    const samples = [{ id: 1, score: { value: 'C', answer: 'A' } }];
    const read = await importLogs([inspectDocument({ results, samples })], { metrics: ['includes'] });
    expect(read.cells).toEqual(['org/model quiz/1 1']);
    expect(read.log?.parts[0].columns.values().next().value?.metric).toBe('includes');
  });

  it('have a group by their task, or by a field of their metadata', async () => {
    const samples = [
      { id: 1, scores: { match: 'C' }, metadata: { subject: 'algebra', level: 2 } },
      { id: 2, scores: { match: 'C' }, metadata: { subject: ['no'] } },
    ];
    for (const { files } of both({ samples })) {
      const groups = async (group: string | null) =>
        (await importLogs(files, { group })).log?.items.map((item) => item.group);
      expect(await groups(null)).toEqual(['quiz', 'quiz']);
      expect(await groups('subject')).toEqual(['algebra', null]);
      expect(await groups('level')).toEqual(['2', null]);
      expect(await groups('constructor')).toEqual([null, null]);
    }
  });
});

describe('logs of Inspect', () => {
  const log: InspectLog = {
    task: 'inspect_evals/mmlu',
    model: 'openai/gpt',
    samples: [
      { id: 'x', scores: { match: 'C' } },
      { id: 'y', scores: { match: 'I' } },
    ],
    results: {
      scores: [{ name: 'match', scorer: 'match', metrics: { accuracy: { name: 'accuracy', value: 0.5 } } }],
    },
  };
  const cells = ['openai/gpt inspect_evals/mmlu/x 1', 'openai/gpt inspect_evals/mmlu/y 0'];

  it('are the same in both forms, down to the content hashes', async () => {
    const [json, archive] = await Promise.all(both(log).map(({ files }) => importLogs(files)));
    expect(json.cells).toEqual(cells);
    expect(archive.cells).toEqual(cells);
    expect(archive.log?.items).toEqual(json.log?.items);
    expect(json.log?.items.every(({ hash }) => /^inspect:[0-9a-f]{64}$/.test(hash ?? ''))).toBe(true);
    expect(json.summaries).toMatchObject([{ value: 0.5, mean: 0.5, agrees: true }]);
    expect(archive.summaries).toEqual(json.summaries);
  });

  it.each([
    { method: 0 },
    { method: 8 },
    { method: 93 },
    { method: 93, frames: 3 },
    { method: 93, frames: 20 },
  ])('are packed by %j', async (form) => {
    expect((await importLogs([inspectArchive(log, form)])).cells).toEqual(cells);
  });

  it('that were broken off have a journal only', async () => {
    const samples = Array.from({ length: 11 }, (_, id) => ({ id, scores: { match: id % 2 } }));
    const read = await importLogs([inspectArchive({ samples }, { journalOf: 1 })]);
    expect(read.cells).toEqual(shown(samples.map(({ id }) => id % 2)).sort());
    expect(read.files[0].note).toMatch(/status is "started"/);
  });

  it('that were broken off take the last try, in the order of the journal', async () => {
    const tries = Array.from({ length: 12 }, (_, k) => ({ id: 1, scores: { match: Number(k === 11) } }));
    const read = await importLogs([inspectArchive({ samples: tries }, { journalOf: 1 })]);
    expect(read.cells).toEqual(['org/model quiz/1 1']);
  });

  it('may have large samples in folders of their own, which are not read', async () => {
    const more = [
      { name: 'samples/x_epoch_1/sample.json', content: '{ broken' },
      { name: 'samples/x_epoch_1/messages/1.json', content: '{ broken' },
    ];
    expect((await importLogs([inspectArchive(log, { more })])).cells).toEqual(cells);
  });

  it('that did not succeed are taken with a note', async () => {
    const read = await importLogs([inspectDocument({ ...log, status: 'cancelled' })]);
    expect(read.cells).toEqual(cells);
    expect(read.files[0].note).toMatch(/status is "cancelled".*not missing at random/);
  });

  it('without a task or a model are asked about', async () => {
    const whole = JSON.parse(String(inspectDocument(log).content));
    const without = (field: string) => {
      const { [field]: _, ...rest } = whole.eval;
      return [{ path: 'log.json', content: JSON.stringify({ ...whole, eval: rest }) }];
    };
    expect(await refusalOf(importLogs(without('task')))).toMatch(/^unreadable-log: .*has no eval\.task/);
    expect(await refusalOf(importLogs(without('model')))).toMatch(/^ambiguous-log: .*which model/);
  });

  it('without samples say what to do', async () => {
    expect(await refusalOf(importLogs([inspectDocument({ status: 'error' })]))).toMatch(
      /^unreadable-log: .*holds no samples \(status "error"\): log with --log-samples/,
    );
    const unscored = inspectDocument({ samples: [{ id: 1, scores: {} }] });
    expect(await refusalOf(importLogs([unscored]))).toMatch(/inspect score/);
  });
});

describe('reductions of Inspect', () => {
  const samples = (values: readonly unknown[]) => values.map((value, k) => ({ sample_id: k, value }));

  it.each(both({ reductions: [{ scorer: 'match', samples: samples([0.5, 1, Number.NaN]) }] }))(
    'are taken where the samples are left out: $form',
    async ({ files }) => {
      const read = await importLogs(files);
      expect(read.cells).toEqual(shown([0.5, 1, '-']));
      expect(read.files[0].note).toMatch(/values reduced over epochs were taken/);
    },
  );

  it('are not taken where the samples are there', async () => {
    const log = {
      samples: scored([1]),
      reductions: [{ scorer: 'match', samples: samples([0.25]) }],
    };
    expect((await importLogs([inspectDocument(log)])).cells).toEqual(shown([1]));
  });

  it('by another reducer than the mean are noted', async () => {
    const reductions = [{ scorer: 'match', reducer: 'pass_at_2', samples: samples([1]) }];
    const read = await importLogs([inspectDocument({ reductions })]);
    expect(read.notes.join()).toMatch(/reduced over epochs by pass_at_2, which is not their mean/);
  });

  it('by two reducers are not mixed', async () => {
    const reductions = [
      { scorer: 'match', reducer: 'mean', samples: samples([0.25]) },
      { scorer: 'match', reducer: 'max', samples: samples([1]) },
    ];
    const log = inspectDocument({ reductions });
    expect(await refusalOf(importLogs([log]))).toMatch(/^ambiguous-log: .*choose by filter: mean, max;/);
    expect((await importLogs([log], { filters: ['mean'] })).cells).toEqual(shown([0.25]));
    expect((await importLogs([log], { filters: ['max'] })).cells).toEqual(shown([1]));
  });

  it('are of samples that have an id', async () => {
    for (const sample of [{ value: 1 }, { sample_id: null, value: 1 }, { sample_id: {}, value: 1 }]) {
      const log = inspectDocument({ reductions: [{ scorer: 'match', samples: [sample] }] });
      expect(await refusalOf(importLogs([log]))).toMatch(/^unreadable-log/);
    }
  });
});

describe('content hashes of Inspect', () => {
  const hashes = async (input: unknown, target: unknown = 'A') => {
    const samples = [{ id: 1, scores: { match: 'C' }, input, target }];
    const { log } = await importLogs([inspectDocument({ samples })]);
    return log?.items[0].hash;
  };

  it('are of input and target', async () => {
    const one = await hashes('question');
    expect(await hashes('question')).toBe(one);
    expect(await hashes('question', 'B')).not.toBe(one);
    expect(await hashes('question?')).not.toBe(one);
    expect(await hashes([{ role: 'user', content: 'question' }])).toBe(one);
  });

  it('are not made of texts that summaries cut off', async () => {
    // Input and target together, as JSON: ["xxx","A"].
    expect(await hashes('x'.repeat(1000 - 8))).toMatch(/^inspect:/);
    expect(await hashes('x'.repeat(1000 - 7))).toBeNull();
    expect(await hashes('x', 'y'.repeat(1000 - 8))).toMatch(/^inspect:/);
    expect(await hashes('x', 'y'.repeat(1000 - 7))).toBeNull();
  });

  it('are not made of what is no text', async () => {
    expect(await hashes([{ role: 'user', content: [{ type: 'image' }] }])).toBeNull();
    expect(await hashes(7)).toBeNull();
  });
});

describe('an archive that is no whole log', () => {
  it('is refused where an entry is damaged, naming it', async () => {
    const broken = writeZip([
      { name: 'header.json', content: pythonJson({ eval: { task: 't', model: 'm' }, status: 'success' }) },
      { name: 'summaries.json', content: `[${pythonJson(inspectSample({ id: 1, scores: { a: 1 } }))}` },
    ]);
    expect(await refusalOf(importLogs([{ path: 'log.eval', content: broken }]))).toMatch(
      /^unreadable-log: log\.eval\/summaries\.json/,
    );
  });
});
