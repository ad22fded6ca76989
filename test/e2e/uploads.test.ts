import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallWideCsv } from '../support/fixtures.ts';
import { fileOf, formOf, formPart, gzipped, rawForm, type SentBody, zipOf } from '../support/forms.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hasProc = existsSync('/proc/self/fd');
const imports = '/v1/benchmarks/b/imports';

/** The service with a folder of its own for what it keeps for a while, and a benchmark with a history. */
async function startService() {
  const folder = temporaryFolder();
  const temporary = folder.path('tmp');
  mkdirSync(temporary);
  const environment = { BENCHCAST_DATABASE: folder.path('a.db'), TMPDIR: temporary };
  const service = await spawnService(environment);
  await fetch(`${service.address}/v1/benchmarks/b`, { method: 'PUT' });
  const scores = { method: 'POST', headers: { 'content-type': 'text/csv' }, body: smallWideCsv };
  expect((await fetch(`${service.address}/v1/benchmarks/b/scores`, scores)).status).toBe(200);
  return {
    service,
    environment,
    left: () => readdirSync(temporary),
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Everything a history is. */
async function storedIn({ address }: SpawnedService): Promise<string> {
  const paths = ['', '/scores', '/items?limit=500', '/models', '/evaluations', '/core-sets'];
  const answers = paths.map((path) => fetch(`${address}/v1/benchmarks/b${path}`));
  const texts = await Promise.all((await Promise.all(answers)).map((answer) => answer.text()));
  return texts.join('\n');
}

/** Files without a name that the process has open. */
function openSpools({ process: { pid } }: SpawnedService): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((handle) => {
    try {
      return /\/(#\d+|benchcast-\w+\/spool) \(deleted\)$/.test(readlinkSync(`${folder}/${handle}`));
    } catch {
      // Closed meanwhile.
      return false;
    }
  }).length;
}

/** Waits for something that must come to be. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (isSo()) return;
    await delay(20);
  }
  throw new Error(`${what} did not come to be`);
}

function headOf({ headers }: SentBody, length: number, path: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}content-length: ${length}\r\n\r\n`;
}

/** Sends a part of a body that was announced whole. */
async function sendPart(address: string, sent: SentBody, part: number, path = imports): Promise<Socket> {
  const { port, hostname } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  const bytes = sent.body.subarray(0, Math.round(sent.body.length * part));
  await new Promise((resolve) => socket.write(headOf(sent, sent.body.length, path), resolve));
  await new Promise((resolve) => socket.write(bytes, resolve));
  return socket;
}

function post(address: string, { body, headers }: SentBody, path = imports): Promise<Response> {
  return fetch(address + path, { method: 'POST', headers, body: new Uint8Array(body) });
}

function problemOf(answer: Response): Promise<{ type: string; detail: string }> {
  return answer.json() as Promise<{ type: string; detail: string }>;
}

/** A log of some megabytes that does not compress away. */
const log = Array.from({ length: 4000 }, (_, index) => {
  const text = Array.from({ length: 20 }, (__, k) => ((index * 7919 + k * 104_729) ** 2).toString(36)).join(
    '',
  );
  const row = { doc_id: index, doc: { text }, resps: [], filter: 'none', metrics: ['acc'], acc: index % 2 };
  return `${JSON.stringify(row)}\n`;
}).join('');
const files = [
  {
    path: 'org__new/results_2026-01-21T03-44-18.458309.json',
    content: '{"results":{},"versions":{},"configs":{},"model_name":"org/new"}',
  },
  { path: 'org__new/samples_one_2026-01-21T03-44-18.458309.jsonl', content: log },
  { path: 'org__new/samples_two_2026-01-21T03-44-18.458309.jsonl', content: log },
];
const manyLines = `model,item,score\n${Array.from({ length: 60_000 }, (_, k) => `new,q${k},1\n`).join('')}`;

const uploads: readonly (readonly [string, SentBody])[] = [
  ['a form', formOf(files)],
  ['a gzipped form', gzipped(formOf(files))],
  ['a zip', fileOf(zipOf(files), 'application/zip')],
  ['a gzipped log', fileOf(gzipSync(log), 'application/gzip')],
  ['a CSV on its way', fileOf(manyLines, 'text/csv')],
];

describe('an upload whose client goes away half-way', () => {
  it.skipIf(!hasProc)(
    'leaves no file, named or not, and nothing stored, and the service goes on',
    async () => {
      await using started = await startService();
      const { service } = started;
      const before = await storedIn(service);
      for (const [kind, sent] of uploads) {
        for (const part of kind === 'a form' ? [0.05, 0.6] : [0.6]) {
          const socket = await sendPart(service.address, sent, part);
          await delay(50);
          socket.destroy();
          await until(() => openSpools(service) === 0, `${kind}, ${part} of it: an end to its spool`);
          expect(started.left()).toEqual([]);
        }
      }
      expect(await storedIn(service)).toBe(before);
      expect((await post(service.address, uploads[0][1])).status).toBe(200);
      expect(openSpools(service)).toBe(0);
      expect(started.left()).toEqual([]);
    },
  );

  it.skipIf(!hasProc)('keeps nothing of an evaluation neither', async () => {
    await using started = await startService();
    const { service } = started;
    const drawn = await fetch(`${service.address}/v1/benchmarks/b/core-sets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ size: 5, seed: 1 }),
    });
    const { id } = (await drawn.json()) as { id: string };
    const before = await storedIn(service);
    const path = `/v1/core-sets/${id}/evaluations`;
    for (const [kind, sent] of uploads.slice(0, 3)) {
      const socket = await sendPart(service.address, sent, 0.6, path);
      await delay(50);
      socket.destroy();
      await until(() => openSpools(service) === 0, `${kind}: an end to its spool`);
    }
    expect(started.left()).toEqual([]);
    expect(await storedIn(service)).toBe(before);
  });
});

describe('a service that is killed in the middle of an upload', () => {
  it('leaves nothing, however much of however many was there', async () => {
    await using started = await startService();
    const { service, environment } = started;
    const before = await storedIn(service);
    const parts = uploads.flatMap(([, sent]) => [0.05, 0.6, 0.99].map((part) => [sent, part] as const));
    const sockets = await Promise.all(parts.map(([sent, part]) => sendPart(service.address, sent, part)));
    if (hasProc) await until(() => openSpools(service) >= 6, 'a spool for each form');
    // A spool has a name for a moment.
    await until(() => started.left().length === 0, 'spools without names');
    await service.end('SIGKILL');
    for (const socket of sockets) socket.destroy();
    expect(started.left()).toEqual([]);
    await using again = await spawnService(environment);
    expect(await storedIn(again)).toBe(before);
  });
});

describe('a form that ends too early', () => {
  let started: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    started = await startService();
  });
  afterAll(() => started[Symbol.asyncDispose]());

  const boundary = 'X';
  const part = (name: string, content: string) =>
    formPart(`form-data; name="file"; filename="${name}"`, content, boundary);
  const small = rawForm([part('a.json', '{"a":1}'), part('h.csv', smallWideCsv), '--X--\r\n'], boundary);
  const large = formOf(files);
  const cut = ({ body, headers }: SentBody, length: number): SentBody => ({
    body: body.subarray(0, length),
    headers,
  });

  it.each<[string, SentBody]>([
    ['in the first line', cut(small, 2)],
    ['in the headers of a file', cut(small, 30)],
    ['in the first file', cut(small, small.body.indexOf('{"a"') + 3)],
    ['behind the first file', cut(small, small.body.indexOf('{"a"') + 9)],
    ['in the second file', cut(small, small.body.length - 200)],
    ['before its last line', cut(small, small.body.length - 7)],
    ['in a long file', cut(large, large.body.length / 2)],
    ['in a long file, gzipped', gzipped(cut(large, large.body.length / 2))],
  ])('is refused, and the service goes on: %s', { timeout: 10_000 }, async (_, sent) => {
    const { service } = started;
    const before = await storedIn(service);
    const answer = await post(service.address, sent);
    expect(answer.status).toBe(400);
    expect((await problemOf(answer)).type).toBe('/problems/malformed-body');
    expect(service.process.exitCode).toBeNull();
    expect(await storedIn(service)).toBe(before);
    expect(started.left()).toEqual([]);
    if (hasProc) expect(openSpools(service)).toBe(0);
  });

  it.each([0, 0.0001, 0.5, 0.99])(
    'is refused too where its gzip does: %f of it',
    { timeout: 10_000 },
    async (part) => {
      const { service } = started;
      const { body, headers } = gzipped(formOf(files));
      const sent = { body: body.subarray(0, Math.ceil(body.length * part)), headers };
      const answer = await post(service.address, sent);
      expect(answer.status).toBe(400);
      expect((await problemOf(answer)).type).toBe('/problems/malformed-body');
      if (hasProc) expect(openSpools(service)).toBe(0);
    },
  );
});

/** Bytes: the most it ever had in memory. */
function peakMemory({ process: { pid } }: SpawnedService): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

describe('a log that was made to hurt', () => {
  /** So many megabytes of one character, as parts of one gzip. */
  const filler = (megabytes: number, character: string) => {
    const part = gzipSync(Buffer.alloc(10_000_000, character));
    return Array.from({ length: megabytes / 10 }, () => part);
  };
  const growing = (start: string, megabytes: number, character: string, end = '') =>
    fileOf(Buffer.concat([gzipSync(start), ...filler(megabytes, character), gzipSync(end)]));

  it.skipIf(!hasProc)('ends in a problem document, in bounded memory', { timeout: 60_000 }, async () => {
    await using started = await startService();
    const { service } = started;
    const before = await storedIn(service);
    const inspectStart =
      '{"version":2,"status":"success","eval":{"task":"t","model":"m"},"samples":[{"id":1,"input":"';
    const hurting: readonly (readonly [string, SentBody])[] = [
      ['a line without an end', growing('{"doc_id":0,"resps":[],"acc":1,"doc":"', 20, 'x', '"}\n')],
      ['a value without an end', growing(inspectStart, 70, 'x', '"}]}')],
      ['an array without an end', growing('{"status":"success","eval":{},"samples":', 20, '[')],
      ['white space without an end', growing('', 20, ' ')],
      ['zeros without an end', growing('PK\x03\x04', 20, '\0')],
      ['a bomb', growing('{"doc_id":0,"resps":[],"acc":1,"doc":"', 500, '\n')],
      ['a tar that is shorter than it says', fileOf(gzipSync(tarOfZeros()))],
    ];
    for (const [index, [kind, sent]] of hurting.entries()) {
      const form = formOf([{ path: 'samples_t_2026-01-21T03-44-18.458309.jsonl', content: sent.body }]);
      const answer = await post(service.address, index % 2 === 0 ? form : sent, `${imports}?model=m&task=t`);
      const problem = await problemOf(answer);
      expect([kind, answer.status, problem.type]).toEqual([kind, 422, '/problems/unreadable-log']);
      expect(problem.detail.length).toBeLessThan(1000);
      expect(peakMemory(service), kind).toBeLessThan(700_000_000);
    }
    expect(await storedIn(service)).toBe(before);
    expect(openSpools(service)).toBe(0);
    expect(started.left()).toEqual([]);
  });

  it.skipIf(!hasProc)('is refused for its columns before they fill the memory', async () => {
    await using started = await startService();
    const { service } = started;
    const answer = await post(service.address, growing('model', 30, ','));
    expect([413, 422]).toContain(answer.status);
    expect((await problemOf(answer)).type).toMatch(/^\/problems\//);
    expect(peakMemory(service)).toBeLessThan(500_000_000);
  });

  /** A tar that announces more than it holds. */
  function tarOfZeros(): Buffer {
    const header = Buffer.alloc(512);
    header.write('samples_t_2026-01-21T03-44-18.458309.jsonl');
    header.write('0000644\0', 100);
    header.write('77777777777\0', 124);
    header.write('        0', 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0) - 0x30;
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    header.write('0', 156);
    return Buffer.concat([header, Buffer.alloc(1_000_000)]);
  }
});

describe('an upload that is refused before its end', () => {
  const rest = Buffer.alloc(20_000_000, 'model-00,q,1\n');
  const stray = rawForm(
    [
      formPart('form-data; name="field"', 'x', 'X'),
      formPart('form-data; name="f"; filename="f"', rest, 'X'),
      '--X--\r\n',
    ],
    'X',
  );
  const csv = (start: string): SentBody => fileOf(Buffer.concat([Buffer.from(start), rest]), 'text/csv');

  it('is answered all the same, and its connection can be used again', async () => {
    await using started = await startService();
    const { address } = started.service;
    const cases: readonly (readonly [number, SentBody, string])[] = [
      [422, csv('model,item,score\nnew,q,nonsense\n'), imports],
      [422, gzipped(csv('model,item,score\nnew,q,nonsense\n')), imports],
      [404, csv('model,item,score\n'), '/v1/benchmarks/none/imports'],
      [404, csv('model,item,score\n'), '/v1/core-sets/none/evaluations'],
      [422, stray, imports],
      [422, csv('x'), `${imports}?on_conflict=never`],
      [415, { ...stray, headers: { 'content-type': 'multipart/mixed; boundary=X' } }, imports],
    ];
    for (const [status, sent, path] of cases) {
      const answer = await post(address, sent, path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ]);
      await answer.arrayBuffer();
    }
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
  });
});
