import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectStatus, smallWideCsv } from '../support/fixtures.ts';
import { formOf, formPart, gzipped, rawForm, type SentBody, zipOf } from '../support/forms.ts';
import { type Harness, openHarness, type Reply } from '../support/open-harness.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { refusal, type Wire } from './chosen-core-set.ts';
import { lmEvalRun } from './harness-logs.ts';

const boundary = 'Xb';
const end = `--${boundary}--\r\n`;
const [results, samples] = lmEvalRun('org/one', 20, { tasks: ['sums'] });

async function open(): Promise<Harness> {
  const harness = await openHarness();
  expectStatus(await harness.send('PUT', '/v1/benchmarks/b', {}), 201);
  return harness;
}

function post(harness: Harness, { body, headers }: SentBody, query = ''): Promise<Reply> {
  return harness.send('POST', `/v1/benchmarks/b/imports${query}`, body, headers);
}

async function isEmpty(harness: Harness): Promise<boolean> {
  const { item_count, revision } = expectStatus(await harness.send('GET', '/v1/benchmarks/b'), 200);
  return item_count === 0 && revision === 0;
}

const file = (name: string, content: string | Buffer = samples.content) =>
  formPart(`form-data; name="file"; filename="${name}"`, content, boundary);
const whole = rawForm([file(results.path, results.content), file(samples.path), end], boundary);

describe('a form', () => {
  it.each<[string, SentBody]>([
    [
      'whatever its fields are called',
      rawForm([formPart('form-data; name="x"; filename="h.csv"', smallWideCsv, boundary), end], boundary),
    ],
    [
      'with text before and behind it',
      rawForm(['hello\r\n', file('h.csv', smallWideCsv), end, 'goodbye'], boundary),
    ],
    [
      'with line breaks alone in its file',
      rawForm([file('h.csv', smallWideCsv.replaceAll('\n', '\r\n')), end], boundary),
    ],
    [
      'with a boundary in quotes',
      {
        ...rawForm([file('h.csv', smallWideCsv), end], boundary),
        headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
      },
    ],
    [
      'with its type in capitals',
      {
        ...rawForm([file('h.csv', smallWideCsv), end], boundary),
        headers: { 'content-type': `Multipart/Form-Data; Boundary=${boundary}` },
      },
    ],
    [
      'with an empty file beside the log',
      rawForm([file('empty', ''), file('h.csv', smallWideCsv), end], boundary),
    ],
    ['with an empty file last', rawForm([file('h.csv', smallWideCsv), file('empty', ''), end], boundary)],
    [
      'with a file of bytes that has no name',
      rawForm(
        [
          `--${boundary}\r\ncontent-disposition: form-data; name="h.csv"\r\ncontent-type: application/octet-stream\r\n\r\n${smallWideCsv}\r\n`,
          end,
        ],
        boundary,
      ),
    ],
  ])('is taken %s', async (_, sent) => {
    await using harness = await open();
    expect(expectStatus(await post(harness, sent), 200).models).toHaveLength(12);
  });

  it('keeps the folders of names, as other systems write them too, and no way out of them', async () => {
    await using harness = await open();
    const names = [
      'org__a/samples_sums_2026-01-21T03-44-18.000001.jsonl',
      'org__b\\\\samples_sums_2026-01-21T03-44-18.000002.jsonl',
      '/org__c/samples_sums_2026-01-21T03-44-18.000003.jsonl',
      './org__d/samples_sums_2026-01-21T03-44-18.000004.jsonl',
    ];
    const sent = rawForm([...names.map((name) => file(name)), end], boundary);
    const { models } = expectStatus(await post(harness, sent, '?dry_run=true'), 200);
    expect(models.map(({ model }: Wire) => model)).toEqual(['org__a', 'org__b', 'org__c', 'org__d']);
  });

  it('names its files in the report, those without scores too', async () => {
    await using harness = await open();
    const sent = formOf([
      results,
      samples,
      { path: 'notes/read me.txt', content: 'hello' },
      { path: 'e', content: '' },
    ]);
    const { files } = expectStatus(await post(harness, sent), 200);
    const found = new Map(files.map((entry: Wire) => [entry.file, entry]));
    expect([...found.keys()].sort()).toEqual(['e', 'notes/read me.txt', results.path, samples.path].sort());
    expect(found.get('notes/read me.txt')).toMatchObject({
      format: null,
      records: 0,
      note: /none of the logs/,
    });
    expect(found.get('e')).toMatchObject({ format: null, records: 0, note: 'is empty' });
  });

  const type = (boundaryText: string) => ({ 'content-type': `multipart/form-data${boundaryText}` });
  it.each<[string, string, SentBody]>([
    [
      'a field alone',
      '422 invalid-request model',
      rawForm([formPart('form-data; name="model"', 'm', boundary), end], boundary),
    ],
    [
      'a field before a file',
      '422 invalid-request model',
      rawForm([formPart('form-data; name="model"', 'm', boundary), file('a'), end], boundary),
    ],
    [
      'a field behind a file',
      '422 invalid-request task',
      rawForm([file('a'), formPart('form-data; name="task"', 't', boundary), end], boundary),
    ],
    [
      'an empty field',
      '422 invalid-request x',
      rawForm([file('a'), formPart('form-data; name="x"', '', boundary), end], boundary),
    ],
    ['no parts', '422 invalid-request body', rawForm([end], boundary)],
    ['only an empty file', '422 unreadable-log e', rawForm([file('e', ''), end], boundary)],
    ['no logs', '422 unreadable-log notes.txt', rawForm([file('notes.txt', 'hello'), end], boundary)],
    ['no body', '400 malformed-body', rawForm([], boundary)],
    ['another boundary', '400 malformed-body', { ...whole, headers: type('; boundary=other') }],
    ['no boundary', '400 malformed-body', { ...whole, headers: type('') }],
    ['an empty boundary', '400 malformed-body', { ...whole, headers: type('; boundary=') }],
    ['no form at all', '400 malformed-body', { ...whole, body: Buffer.from(smallWideCsv) }],
    [
      'no end',
      '400 malformed-body',
      rawForm([file(results.path, results.content), file(samples.path)], boundary),
    ],
    [
      'bytes that are not gzip',
      '400 malformed-body',
      { ...whole, headers: { ...whole.headers, 'content-encoding': 'gzip' } },
    ],
    [
      'gzip that is cut off',
      '400 malformed-body',
      { ...gzipped(whole), body: gzipped(whole).body.subarray(0, -20) },
    ],
    [
      'another encoding',
      '415 unsupported-media-type',
      { ...whole, headers: { ...whole.headers, 'content-encoding': 'br' } },
    ],
    [
      'a form in parts',
      '415 unsupported-media-type',
      { ...whole, headers: { 'content-type': `multipart/mixed; boundary=${boundary}` } },
    ],
  ])('is refused with %s: %s', { timeout: 5000 }, async (_, expected, sent) => {
    await using harness = await open();
    expect(refusal(await post(harness, sent))).toBe(expected);
    expect(await isEmpty(harness)).toBe(true);
  });

  it('with several fields is refused once, whatever their place, and the service goes on', async () => {
    await using harness = await open();
    const field = (name: string) => formPart(`form-data; name="${name}"`, 'x', boundary);
    for (const parts of [
      [field('model'), field('task')],
      [field('model'), field('task'), file('a')],
      [file('a'), field('model'), field('task')],
      [field('model'), file('a'), field('task'), file('b')],
    ]) {
      const reply = await post(harness, rawForm([...parts, end], boundary));
      expect(refusal(reply)).toBe('422 invalid-request model');
      expect(reply.json.errors).toHaveLength(1);
    }
    expect(await isEmpty(harness)).toBe(true);
    expect(expectStatus(await post(harness, whole), 200).models).toHaveLength(1);
  });

  it('says where parameters go', async () => {
    await using harness = await open();
    const sent = rawForm([formPart('form-data; name="dry_run"', 'true', boundary), file('a'), end], boundary);
    expect((await post(harness, sent)).json.detail).toMatch(
      /"dry_run" is no file: parameters go into the query/,
    );
  });

  it('that is cut off anywhere is refused, and the service goes on', { timeout: 10_000 }, async () => {
    await using harness = await open();
    const small = rawForm(
      [
        file('a/results_2026-01-21T03-44-18.458309.json', results.content),
        file('a/h.csv', 'model,q\nm,1\n'),
        end,
      ],
      boundary,
    );
    // Up to the line break behind the last boundary, which nobody needs.
    const needed = small.body.length - 2;
    const answers = new Set<string>();
    for (let length = 0; length < needed; length++) {
      const cut = { ...small, body: small.body.subarray(0, length) };
      answers.add(refusal(await post(harness, cut, '?dry_run=true')));
    }
    expect([...answers]).toEqual(['400 malformed-body']);
    expect(await isEmpty(harness)).toBe(true);
    expect((await harness.send('GET', '/v1/benchmarks/b')).status).toBe(200);
  });
});

describe('a file as the body', () => {
  it.each([
    ['application/json', '{}', 415],
    ['text/plain', 'x', 415],
    ['application/xml', '<x/>', 415],
    ['application/x-www-form-urlencoded', 'file=x', 415],
    ['application/x-tar', 'x', 415],
    ['nonsense', 'x', 415],
  ])('is refused as %s, naming what is taken', async (contentType, body, status) => {
    await using harness = await open();
    const reply = await post(harness, { body: Buffer.from(body), headers: { 'content-type': contentType } });
    expect(refusal(reply)).toBe(`${status} unsupported-media-type`);
    for (const taken of ['multipart/form-data', 'application/octet-stream', 'application/zip', 'text/csv']) {
      expect(reply.json.detail).toContain(taken);
    }
  });

  it('is asked for where there is none', async () => {
    await using harness = await open();
    const none = await harness.send('POST', '/v1/benchmarks/b/imports');
    expect(refusal(none)).toBe('415 unsupported-media-type');
    expect(none.json.detail).toContain('multipart/form-data');
    for (const contentType of ['application/octet-stream', 'application/zip', 'text/csv']) {
      const reply = await harness.send('POST', '/v1/benchmarks/b/imports', '', {
        'content-type': contentType,
      });
      expect(refusal(reply)).toBe('422 unreadable-log upload');
    }
    expect(await isEmpty(harness)).toBe(true);
  });

  it.each<[string, string, Buffer]>([
    ['a text', 'unreadable-log upload', Buffer.from('hello')],
    ['a zip of nothing', 'unreadable-log files', zipOf([])],
    ['a zip that is cut off', 'unreadable-log upload', zipOf([samples]).subarray(0, 500)],
    ['a zip with a way out', 'unreadable-log upload', zipOf([{ path: '../../etc/x', content: 'x' }])],
    ['a gzip that is cut off', 'unreadable-log upload', gzipSync(samples.content).subarray(0, 300)],
    ['Parquet that is cut off', 'unreadable-log upload', Buffer.from('PAR1 and so on')],
    ['gzipped CSV that is cut off', 'unreadable-log upload', gzipSync(smallWideCsv).subarray(0, 100)],
  ])('is refused where it is %s: %s', async (_, expected, body) => {
    await using harness = await open();
    const reply = await post(harness, { body, headers: { 'content-type': 'application/octet-stream' } });
    expect(refusal(reply)).toBe(`422 ${expected}`);
    expect(await isEmpty(harness)).toBe(true);
  });

  it('is called as filename says', async () => {
    await using harness = await open();
    const sent = { body: Buffer.from(samples.content), headers: { 'content-type': 'application/jsonl' } };
    const query = '?filename=a%2Fb%2Fsamples_long_name_2026-01-21T03-44-18.458309.jsonl&model=m';
    const { files, tasks } = expectStatus(await post(harness, sent, query), 200);
    expect(files).toMatchObject([
      { file: 'a/b/samples_long_name_2026-01-21T03-44-18.458309.jsonl', records: 40 },
    ]);
    expect(tasks).toMatchObject([{ task: 'long_name', items: 40 }]);
  });
});

describe.skipIf(process.platform !== 'linux')('a form of many small files', () => {
  /** A log of one sample each, made as they are sent. */
  function* logs(count: number, bytes: number): Generator<Buffer> {
    yield file(results.path, results.content);
    const doc = { text: 'x'.repeat(bytes) };
    for (let k = 0; k < count; k++) {
      const row = { doc_id: 0, doc, resps: [], filter: 'none', metrics: ['acc'], acc: k % 2 };
      const name = results.path.replace('results_', `samples_t${k}_`).replace('.json', '.jsonl');
      yield file(name, `${JSON.stringify(row)}\n`);
    }
  }

  /** The most memory that a process has taken so far, in bytes. */
  function peakOf({ process: { pid } }: SpawnedService): number {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
    return 1024 * Number(kilobytes);
  }

  async function send(address: string, parts: Iterable<Buffer>): Promise<Wire> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const sent = request(`${address}/v1/benchmarks/b/imports?dry_run=true`, {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
    sent.on('error', reject).on('response', (answer) => text(answer).then(resolve, reject));
    for (const part of parts) {
      if (!sent.write(part)) await new Promise((drained) => sent.once('drain', drained));
    }
    sent.end(end);
    return JSON.parse(await promise);
  }

  /** What the service answers, and by how much its memory grew over it. */
  async function growthBy(parts: Iterable<Buffer>): Promise<{ answer: Wire; growth: number }> {
    using folder = temporaryFolder();
    await using service = await spawnService({ BENCHCAST_DATABASE: folder.path('a.db') });
    await fetch(`${service.address}/v1/benchmarks/b`, { method: 'PUT' });
    const before = peakOf(service);
    const answer = await send(service.address, parts);
    return { answer, growth: peakOf(service) - before };
  }

  it('is not gathered in memory while it arrives', async () => {
    const [count, bytes] = [16_000, 32 * 1024];
    function* refusedAtLast(): Generator<Buffer> {
      yield* logs(count, bytes);
      yield formPart('form-data; name="model"', 'm', boundary);
    }
    const { answer, growth } = await growthBy(refusedAtLast());
    expect(answer.type).toBe('/problems/invalid-request');
    expect(growth).toBeLessThan((count * bytes) / 3);
  });

  it('is not kept in memory while it is read', async () => {
    const [count, bytes] = [6000, 64 * 1024];
    const { answer, growth } = await growthBy(logs(count, bytes));
    expect(answer.models).toMatchObject([{ model: 'org/one', scored_items: count }]);
    expect(growth).toBeLessThan(count * bytes);
  });
});
