import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abilityOf,
  drawCoreSet,
  expectStatus,
  itemsOf,
  lines,
  type WireCoreSet,
} from '../support/fixtures.ts';
import { fileOf, formOf, formPart, gzipped, rawForm, type SentBody, zipOf } from '../support/forms.ts';
import { type Harness, openHarness, type Reply } from '../support/open-harness.ts';
import { answerOf, refusal, type Wire } from './chosen-core-set.ts';
import { docScore, history, lmEvalRun, placeOf, type RunOptions, type Task } from './harness-logs.ts';

const target = 'acme/new-7b';
const ability = 21;
const size = 40;

let harness: Harness;
let set: WireCoreSet;
let plain: Wire;

beforeAll(async () => {
  harness = await openHarness();
  expectStatus(await harness.send('PUT', '/v1/benchmarks/b', {}), 201);
  const { body, headers } = formOf(history);
  expectStatus(await harness.send('POST', '/v1/benchmarks/b/imports', body, headers), 200);
  set = await drawCoreSet(harness, 'b', { size, seed: 4 });
  const results = itemsOf(set).map((item) => ({ item, score: scoreOf(item) }));
  plain = expectStatus(await postJson({ model: target, results }), 201);
});
afterAll(() => harness[Symbol.asyncDispose]());

const scoreOf = (item: string) => docScore(ability, ...placeOf(item));
const url = () => `/v1/core-sets/${set.id}/evaluations`;

function post({ body, headers }: SentBody, query = ''): Promise<Reply> {
  return harness.send('POST', url() + query, body, headers);
}

function postJson(body: unknown, query = ''): Promise<Reply> {
  return harness.send('POST', url() + query, body);
}

function indicesOf(task: Task): number[] {
  return itemsOf(set)
    .map(placeOf)
    .filter(([of]) => of === task)
    .map(([, index]) => index)
    .sort((a, b) => a - b);
}

/** The log of a run on the core set alone. */
const run = (options: RunOptions = {}, model = target) =>
  lmEvalRun(model, ability, { indices: indicesOf, ...options });

async function evaluations(): Promise<number> {
  const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/b/evaluations?limit=500'), 200);
  return data.length;
}

/** A log that is refused stores no evaluation. */
async function refused(sent: SentBody, query = ''): Promise<Reply> {
  const before = await evaluations();
  const reply = await post(sent, query);
  expect(reply.status).toBe(422);
  expect(await evaluations()).toBe(before);
  return reply;
}

const withoutReport = ({ import: _, ...answer }: Wire) => answerOf(answer);

describe('a log of results', () => {
  it.each<[string, () => SentBody]>([
    ['a form', () => formOf(run())],
    ['a gzipped form', () => gzipped(formOf(run()))],
    ['a zip', () => fileOf(zipOf(run()), 'application/zip')],
    ['a form of a zip', () => formOf([{ path: 'run.zip', content: zipOf(run()) }])],
  ])('gives the answer of the same results: %s', async (_, sent) => {
    const reply = await post(sent());
    const answer = expectStatus(reply, 201);
    expect(reply.headers.location).toBe(`/v1/evaluations/${answer.id}`);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
    expect(answer.import).toMatchObject({
      ...{ missing: [], missing_items: [], missing_count: 0, extra_items: [], extra_count: 0, notes: [] },
      remapped: { count: 0, examples: [] },
    });
    const stored = expectStatus(await harness.send('GET', `/v1/evaluations/${answer.id}`), 200);
    expect(stored).toEqual({ ...answer, import: undefined });
    expect(stored).not.toHaveProperty('import');
    const results = expectStatus(await harness.send('GET', `/v1/evaluations/${answer.id}/results`), 200);
    expect(results.results).toEqual(itemsOf(set).map((item) => ({ item, score: scoreOf(item) })));
  });

  it('may choose level and methods of the answer', async () => {
    const query = '?level=0.8&methods=random-sampling,aipw';
    const results = itemsOf(set).map((item) => ({ item, score: scoreOf(item) }));
    const expected = expectStatus(await postJson({ model: target, results }, query), 201);
    expect(expected.estimates).toHaveLength(2);
    expect(withoutReport(expectStatus(await post(formOf(run()), query), 201))).toEqual(answerOf(expected));
  });

  it('says of itself what it says, beside what was read', async () => {
    const answer = expectStatus(await post(formOf(run())), 201);
    expect(answer.import.summaries).toHaveLength(3);
    for (const { model, agrees, items, reported_items: reported } of answer.import.summaries) {
      expect([model, agrees, items]).toEqual([target, true, reported]);
    }
  });

  it('without some items is partial, and names them', async () => {
    const [task] = placeOf(itemsOf(set)[0]);
    const left = indicesOf(task).slice(2);
    const gone = indicesOf(task).slice(0, 2);
    const files = run({ indices: (of) => (of === task ? left : indicesOf(of)) });
    const answer = expectStatus(await post(formOf(files)), 201);
    expect(answer).toMatchObject({ status: 'partial', observed_items: size - 2 });
    const { missing_items: missing, missing_count: count } = answer.import;
    expect(count).toBe(2);
    expect(missing.sort()).toEqual(gone.map((index) => `${task}/${index}`).sort());
    const rest = itemsOf(set).filter((item) => !missing.includes(item));
    const results = rest.map((item) => ({ item, score: scoreOf(item) }));
    const expected = expectStatus(await postJson({ model: target, results }), 201);
    expect(withoutReport(answer)).toEqual(answerOf(expected));
  });

  it('with samples that have no score is partial too: never 0', async () => {
    const [task] = placeOf(itemsOf(set)[0]);
    const [first] = indicesOf(task);
    const change: RunOptions['change'] = (row, of, index) =>
      of === task && index === first ? { ...row, acc: null } : row;
    const answer = expectStatus(await post(formOf(run({ change }))), 201);
    expect(answer).toMatchObject({ status: 'partial', observed_items: size - 1 });
    expect(answer.import.missing_items).toEqual([`${task}/${first}`]);
    expect(answer.import.missing).toEqual([{ reason: 'no score', count: 1 }]);
  });

  it('with more than was asked for is refused, naming it, unless the rest is to be left out', async () => {
    const full = formOf(lmEvalRun(target, ability));
    const reply = await refused(full);
    expect(reply.json.type).toBe('/problems/unknown-item');
    expect(reply.json.detail).toMatch(/^80 samples are of items .*extra=ignore/);
    expect(reply.json.errors).toHaveLength(20);
    for (const { path } of reply.json.errors) expect(itemsOf(set)).not.toContain(path.replace('item ', ''));
    expect((await refused(full, '?extra=refuse')).json.errors).toEqual(reply.json.errors);
    const answer = expectStatus(await post(full, '?extra=ignore'), 201);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
    expect(answer.import).toMatchObject({ missing_count: 0, extra_count: 80 });
    expect(answer.import.extra_items).toHaveLength(80);
  });

  it('with nothing that was asked for is refused', async () => {
    const other = (task: Task) => [...Array(40).keys()].filter((index) => !indicesOf(task).includes(index));
    const reply = await refused(formOf(run({ indices: other })), '?extra=ignore');
    expect(refusal(reply)).toBe('422 missing-scores');
    const unscored = run({ change: (row) => ({ ...row, acc: null }) });
    expect((await refused(formOf(unscored))).status).toBe(422);
  });

  it('of items that the benchmark does not have is refused', async () => {
    const [results, ...samples] = run();
    const renamed = samples.map(({ path, content }) => ({
      path: path.replace('samples_', 'samples_new_'),
      content,
    }));
    expect(refusal(await refused(formOf([results, ...renamed])))).toMatch(/^422 unknown-item item new_/);
  });

  it('with another content than what is stored is refused, unless ids are to be taken at their word', async () => {
    const change: RunOptions['change'] = (row) => ({ ...row, doc_hash: `0${row.doc_hash}` });
    const form = formOf(run({ change }));
    expect(refusal(await refused(form))).toMatch(/^422 content-mismatch item /);
    expect(withoutReport(expectStatus(await post(form, '?content=ignore'), 201))).toEqual(answerOf(plain));
  });

  it('under wrong ids is found by its content', async () => {
    const change: RunOptions['change'] = (row, task, index) => {
      const list = indicesOf(task);
      return { ...row, doc_id: list[list.length - 1 - list.indexOf(index)] };
    };
    const answer = expectStatus(await post(formOf(run({ change }))), 201);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
    expect(answer.import.remapped.count).toBeGreaterThan(30);
  });

  it('is of the model that is given, whatever it says', async () => {
    const answer = expectStatus(await post(formOf(run({}, 'other/name')), '?model=acme%2Fnew-7b'), 201);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
    const own = expectStatus(await post(formOf(run({}, 'other/name'))), 201);
    expect(own.model).toBe('other/name');
  });

  it('of several models is refused, naming them', async () => {
    const two = formOf([...run({}, 'one/a'), ...run({}, 'two/b')]);
    const reply = await refused(two);
    expect(refusal(reply)).toBe('422 ambiguous-log model');
    expect(reply.json.detail).toMatch(/2 models \(one\/a, two\/b\)/);
    expect(refusal(await refused(two, '?model=one%2Fa'))).toBe('422 ambiguous-log model');
  });

  it('that does not say its model is asked for it', async () => {
    const [, ...samples] = run();
    const bare = formOf(samples.map(({ path, content }) => ({ path: path.split('/')[1], content })));
    expect(refusal(await refused(bare))).toBe('422 ambiguous-log model');
    const answer = expectStatus(await post(bare, '?model=acme%2Fnew-7b'), 201);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
  });

  it.each<[string, SentBody, string]>([
    ['a text', fileOf('hello'), '422 unreadable-log upload'],
    ['nothing', fileOf(''), '422 unreadable-log upload'],
    ['results without samples', formOf(lmEvalRun(target, 1).slice(0, 1)), '422 unreadable-log'],
    [
      'a field',
      rawForm([formPart('form-data; name="model"', 'm', 'X'), '--X--\r\n'], 'X'),
      '422 invalid-request model',
    ],
    ['an empty form', rawForm(['--X--\r\n'], 'X'), '422 invalid-request body'],
  ])('that is %s is refused', async (_, sent, expected) => {
    expect(refusal(await refused(sent))).toContain(expected);
  });
});

describe('a log for an extended core set', () => {
  const added = (whole: WireCoreSet) => itemsOf(whole).filter((item) => !itemsOf(set).includes(item));
  let whole: WireCoreSet;
  beforeAll(async () => {
    const body = { add: 20, seed: 6 };
    whole = expectStatus(await harness.send('POST', `/v1/core-sets/${set.id}/extensions`, body), 201);
  });

  /** The log of the added items alone. */
  const rest = (model = target) =>
    formOf(
      lmEvalRun(model, ability, {
        indices: (task) =>
          added(whole)
            .map(placeOf)
            .filter(([of]) => of === task)
            .map(([, index]) => index),
      }),
    );
  const send = ({ body, headers }: SentBody, query: string) =>
    harness.send('POST', `/v1/core-sets/${whole.id}/evaluations${query}`, body, headers);

  it('goes on from an earlier evaluation: results that were reported then count too', async () => {
    expect(added(whole)).toHaveLength(20);
    const alone = expectStatus(await send(rest(), ''), 201);
    expect(alone).toMatchObject({ status: 'partial', observed_items: 20, from_evaluation: null });
    const answer = expectStatus(await send(rest(), `?from_evaluation=${plain.id}`), 201);
    expect(answer).toMatchObject({
      status: 'complete',
      observed_items: size + 20,
      from_evaluation: plain.id,
    });
    const results = itemsOf(whole).map((item) => ({ item, score: scoreOf(item) }));
    const url = `/v1/core-sets/${whole.id}/evaluations`;
    const expected = expectStatus(await harness.send('POST', url, { model: target, results }), 201);
    expect(withoutReport(answer)).toEqual(answerOf(expected));
  });

  it('is refused where the earlier evaluation is not there, or of another model', async () => {
    const before = await evaluations();
    const other = await send(rest('someone/else'), `?from_evaluation=${plain.id}`);
    expect(refusal(other)).toBe('422 invalid-request from_evaluation');
    expect(refusal(await send(rest(), '?from_evaluation=ev_none'))).toMatch(
      /^(404 evaluation-not-found|422 .* from_evaluation)/,
    );
    expect(await evaluations()).toBe(before);
  });
});

describe('a matrix as results', () => {
  const rows = (model: string, level = ability) =>
    itemsOf(set).map((item) => [model, item, docScore(level, ...placeOf(item))]);
  const csv = (...cells: (string | number)[][]) =>
    fileOf(lines([['model', 'item', 'score'], ...cells]), 'text/csv');

  it('of one model gives the answer of the same results', async () => {
    const answer = expectStatus(await post(csv(...rows(target))), 201);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
    expect(answer.import.files).toMatchObject([{ format: 'csv' }]);
  });

  it('of several models is refused, unless one is named', async () => {
    const two = csv(...rows(target), ...rows('other', 9));
    expect(refusal(await refused(two))).toBe('422 ambiguous-log model');
    const answer = expectStatus(await post(two, '?model=acme%2Fnew-7b'), 201);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
    expect((await refused(two, '?model=none')).json.detail).toContain('there is no model "none"');
  });

  it.each<[string, () => SentBody]>([
    ['CSV', () => fileOf(lines([['item', 'score'], ...rows(target).map((row) => row.slice(1))]), 'text/csv')],
    [
      'NDJSON',
      () =>
        fileOf(
          rows(target)
            .map(([, item, score]) => `${JSON.stringify({ item, score })}\n`)
            .join(''),
          'application/x-ndjson',
        ),
    ],
  ])('may leave its model out where the caller names it: %s', async (_, sent) => {
    expect((await refused(sent())).json.status).toBe(422);
    const answer = expectStatus(await post(sent(), '?model=acme%2Fnew-7b'), 201);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
  });

  it('with items that were not asked for is refused, unless they are to be left out', async () => {
    const more = csv(...rows(target), [target, 'nothing/1', 1]);
    expect(refusal(await refused(more))).toBe('422 unknown-item item nothing/1');
    const answer = expectStatus(await post(more, '?extra=ignore'), 201);
    expect(withoutReport(answer)).toEqual(answerOf(plain));
    expect(answer.import).toMatchObject({ extra_count: 1, extra_items: ['nothing/1'] });
  });

  it('with a wrong cell is refused with its line', async () => {
    const [first, second] = rows(target);
    expect(refusal(await refused(csv(first, [...second.slice(0, 2), 'right'])))).toBe(
      '422 invalid-request line 3, column score',
    );
  });

  it('of one item is partial', async () => {
    const answer = expectStatus(await post(csv(rows(target)[0])), 201);
    expect(answer).toMatchObject({ status: 'partial', observed_items: 1 });
    expect(answer.import).toMatchObject({ missing_count: size - 1 });
  });
});

describe('results as JSON', () => {
  it('are answered without a word about logs', () => {
    expect(plain).not.toHaveProperty('import');
    expect(plain.status).toBe('complete');
  });

  const json = (body: string) => fileOf(body, 'application/json');
  it.each<[string, string, number, SentBody | undefined, string]>([
    ['nothing', '', 422, undefined, 'invalid-request body'],
    ['an empty body', '', 422, json(''), 'invalid-request body'],
    ['null', '', 422, json('null'), 'invalid-request body'],
    ['broken JSON', '', 400, json('{"model":'), 'malformed-body'],
    ['an array', '', 422, json('[]'), 'invalid-request body'],
    ['no results', '', 422, json('{"model":"m"}'), 'invalid-request results'],
    ['a misspelt field', '', 422, json('{"model":"m","result":[]}'), 'invalid-request result'],
    ['a type that is not taken', '', 415, fileOf('<x/>', 'application/xml'), 'unsupported-media-type'],
    ['plain text', '', 415, fileOf('x', 'text/plain'), 'unsupported-media-type'],
  ])('are refused as ever: %s', async (_, query, status, sent, expected) => {
    const reply = sent === undefined ? await harness.send('POST', url() + query) : await post(sent, query);
    expect(refusal(reply)).toMatch(new RegExp(`^${status} ${expected}`));
    if (status === 415) {
      expect(reply.json.detail).toContain('application/json');
      expect(reply.json.detail).toContain('multipart/form-data');
    }
  });

  it.each(['model=other', 'metric=acc', 'extra=ignore', 'filename=x'])(
    'are refused with a parameter of logs, which would do nothing: %s',
    async (query) => {
      const results = itemsOf(set).map((item) => ({ item, score: scoreOf(item) }));
      const reply = await postJson({ model: target, results }, `?${query}`);
      expect(refusal(reply)).toBe(`422 invalid-request ${query.split('=')[0]}`);
    },
  );

  it('of a log under an unknown core set are 404', async () => {
    const { body, headers } = formOf(run());
    const reply = await harness.send('POST', '/v1/core-sets/cs_none/evaluations', body, headers);
    expect(refusal(reply)).toBe('404 core-set-not-found');
  });

  it('are all that other routes take', async () => {
    const { body, headers } = fileOf(lines([['model', 'item', 'score']]), 'text/csv');
    for (const path of [`/v1/evaluations/${plain.id}/results`, '/v1/benchmarks/b/estimates']) {
      expect(refusal(await harness.send('POST', path, body, headers))).toBe('415 unsupported-media-type');
      const form = formOf(run());
      expect(refusal(await harness.send('POST', path, form.body, form.headers))).toBe(
        '415 unsupported-media-type',
      );
    }
  });
});

describe('a model of the history', () => {
  it('is estimated from its log as a new one would be', async () => {
    const model = 'org/model-05';
    const files = lmEvalRun(model, abilityOf(5), { indices: indicesOf });
    const results = itemsOf(set).map((item) => ({ item, score: docScore(abilityOf(5), ...placeOf(item)) }));
    const expected = expectStatus(await postJson({ model, results }), 201);
    expect(withoutReport(expectStatus(await post(formOf(files)), 201))).toEqual(answerOf(expected));
  });
});
