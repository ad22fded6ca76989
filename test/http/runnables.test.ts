import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/scores/canonical-json.ts';
import {
  abilityOf,
  addBenchmark,
  drawCoreSet,
  expectStatus,
  itemsOf,
  smallWideCsv,
  type WireCoreSet,
} from '../support/fixtures.ts';
import { formOf } from '../support/forms.ts';
import { type Harness, openHarness, type Reply } from '../support/open-harness.ts';
import { choose, refusal, startChoosing, type Wire } from './chosen-core-set.ts';
import { docHash, docOf, history, lmEvalRun, placeOf } from './harness-logs.ts';

const formats = ['lm-eval', 'inspect', 'helm', 'promptfoo', 'txt'] as const;

/** A benchmark of three tasks, imported, and one whose items no harness knows. */
let harness: Harness;
let set: WireCoreSet;
let nameless: WireCoreSet;

beforeAll(async () => {
  harness = await openHarness();
  expectStatus(await harness.send('PUT', '/v1/benchmarks/known', {}), 201);
  const { body, headers } = formOf(history);
  expectStatus(await harness.send('POST', '/v1/benchmarks/known/imports', body, headers), 200);
  await setHarness(null);
  await addBenchmark(harness, 'nameless', smallWideCsv);
  set = await drawCoreSet(harness, 'known', { size: 30, seed: 11 });
  nameless = await drawCoreSet(harness, 'nameless', { size: 10, seed: 1 });
});
afterAll(() => harness[Symbol.asyncDispose]());

/** Whose ids the items bear: nobody's, so that every harness may be told them. */
async function setHarness(name: string | null): Promise<void> {
  const { data } = expectStatus(await harness.send('GET', '/v1/benchmarks/known/items?limit=500'), 200);
  const items = data.map(({ item }: Wire) => ({ item, metadata: { harness: name } }));
  expectStatus(await harness.send('PUT', '/v1/benchmarks/known/items', { items }), 200);
}

const get = (query: string, id = set.id): Promise<Reply> =>
  harness.send('GET', `/v1/core-sets/${id}?${query}`);

/** Ids share tasks, and so are told apart by tasks where there are none: promptfoo knows no tasks. */
const exportable = ['lm-eval', 'inspect', 'helm', 'txt'] as const;

describe.each(exportable)('a core set as %s', (format) => {
  let whole: Wire;
  beforeAll(async () => {
    whole = expectStatus(await get(`format=${format}`), 200);
  });

  it('is files, commands, notes and a manifest', async () => {
    expect(Object.keys(whole).sort()).toEqual(['commands', 'files', 'format', 'manifest', 'notes']);
    expect(whole.format).toBe(format);
    expect(whole.files.length).toBeGreaterThan(0);
    for (const { name, media_type: type, content } of whole.files) {
      expect(name).toMatch(new RegExp(`^${set.id}\\.[\\w.-]+$`));
      expect(type).toMatch(/^\w+\/[\w.+-]+(; charset=utf-8)?$/);
      if (name.endsWith('.json')) expect(Object.keys(JSON.parse(content)).length).toBeGreaterThan(0);
    }
    expect(whole.notes.at(-1)).toMatch(/every item of the core set/);
    expect((await get(`format=${format}`)).text).toBe(JSON.stringify(whole));
  });

  it('gives its main file as it is to be saved', async () => {
    const [main] = whole.files;
    const { status, headers, text } = await get(`format=${format}&part=file`);
    expect(status).toBe(200);
    expect(text).toBe(main.content);
    expect(headers['content-type']).toBe(
      main.media_type.includes('charset') ? main.media_type : `${main.media_type}; charset=utf-8`,
    );
    expect(headers['content-disposition']).toBe(`attachment; filename="${main.name}"`);
  });

  it('gives its manifest as it is to be saved', async () => {
    const { status, headers, text } = await get(`format=${format}&part=manifest`);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(whole.manifest);
    expect(text.endsWith('}\n')).toBe(true);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['content-disposition']).toBe(`attachment; filename="${set.id}.manifest.json"`);
  });

  it('gives its commands as they are to be saved', async () => {
    const { status, headers, text } = await get(`format=${format}&part=commands`);
    expect(status).toBe(200);
    expect(text).toBe(whole.commands.map((line: string) => `${line}\n`).join(''));
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers['content-disposition']).toBe(`attachment; filename="${set.id}.sh"`);
  });

  it('has the manifest of the core set', () => {
    const { digest, items, ...about } = whole.manifest;
    expect(about).toEqual({
      core_set: set.id,
      benchmark: 'known',
      design: set.design,
      seed: set.seed,
      revision: set.revision,
      population: set.population,
      created_at: set.created_at,
    });
    expect(items).toEqual(
      set.items.map(({ item, inclusion_probability: probability }) => {
        const [task, index] = placeOf(item);
        const hash = `lm-eval:${docHash(docOf(task, index))}`;
        const known = { task, native_id: String(index), content_hash: hash };
        return { item, ...known, inclusion_probability: probability };
      }),
    );
    for (const { inclusion_probability: probability } of items) expect(probability).toBeGreaterThan(0);
    const content = canonicalJson({ ...about, items });
    expect(digest).toBe(`sha256:${createHash('sha256').update(content).digest('hex')}`);
  });
});

describe('what a harness is told to run', () => {
  it('is ascending lists of indices by task for lm-eval, and just these tasks', async () => {
    const { files, commands } = expectStatus(await get('format=lm-eval'), 200);
    const lists = JSON.parse(files[0].content);
    const expected = Map.groupBy(itemsOf(set).map(placeOf), ([task]) => task);
    expect(Object.keys(lists).sort()).toEqual([...expected.keys()].sort());
    for (const [task, places] of expected) {
      expect(lists[task]).toEqual(places.map(([, index]) => index).sort((a, b) => a - b));
    }
    expect(commands).toHaveLength(1);
    expect(commands[0]).toContain(`--tasks ${Object.keys(lists).join(',')} --samples ${files[0].name}`);
    expect(commands[0]).not.toMatch(/--limit|--cache_requests/);
  });

  it('is the names alone as txt, in the order of the core set', async () => {
    expect((await get('format=txt&part=file')).text).toBe(
      itemsOf(set)
        .map((item) => `${item}\n`)
        .join(''),
    );
    expect(expectStatus(await get('format=txt', nameless.id), 200).files[0].content.split('\n')).toHaveLength(
      11,
    );
  });

  it('is the names as ids for promptfoo, where none are stored', async () => {
    const { files } = expectStatus(await get('format=promptfoo', nameless.id), 200);
    expect(files.map(({ name }: Wire) => name)).toEqual([
      `${nameless.id}.promptfoo.cjs`,
      `${nameless.id}.promptfoo.json`,
    ]);
    expect(JSON.parse(files[1].content)).toEqual({ ids: itemsOf(nameless) });
    const main = await get('format=promptfoo&part=file', nameless.id);
    expect(main.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(main.text).toBe(files[0].content);
  });
});

describe('a purposive core set', () => {
  it('has no inclusion probabilities in its manifest', async () => {
    const chosen = await choose(harness, 'known', { size: 12, design: 'k-center', seed: 1 });
    for (const format of exportable) {
      const { manifest } = expectStatus(await get(`format=${format}`, chosen.id), 200);
      expect(manifest.items.map(({ item }: Wire) => item)).toEqual(itemsOf(chosen));
      for (const { inclusion_probability: probability } of manifest.items) expect(probability).toBeNull();
    }
  });

  it('is 409 until it has its items', async () => {
    const pending = await startChoosing(harness, 'known', { size: 12, design: 'double-optimize', seed: 1 });
    expect(['pending', 'running']).toContain(pending.status);
    expect(refusal(await get('format=lm-eval', pending.id))).toBe('409 core-set-pending');
    expect(refusal(await get('format=txt&part=manifest', pending.id))).toBe('409 core-set-pending');
    const { body, headers } = formOf(lmEvalRun('acme', abilityOf(5)));
    const url = `/v1/core-sets/${pending.id}/evaluations`;
    expect(refusal(await harness.send('POST', url, body, headers))).toBe('409 core-set-pending');
  });
});

describe('a core set that cannot be had so', () => {
  it.each(['inspect', 'helm', 'promptfoo'])('is 422 for ids of another harness: %s', async (format) => {
    await setHarness('lm-eval');
    try {
      const reply = await get(`format=${format}`);
      expect(refusal(reply)).toBe('422 not-exportable items.0');
      expect(reply.json.detail).toContain(`bears its id in lm-eval, which says nothing to ${format}`);
      for (const own of ['lm-eval', 'txt']) expect((await get(`format=${own}`)).status).toBe(200);
    } finally {
      await setHarness(null);
    }
  });

  it.each(['lm-eval', 'inspect', 'helm'])('is 422 for items that no harness knows: %s', async (format) => {
    for (const part of ['', '&part=file', '&part=manifest', '&part=commands']) {
      const reply = await get(`format=${format}${part}`, nameless.id);
      expect(refusal(reply)).toBe('422 not-exportable items.0');
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(reply.headers['content-disposition']).toBeUndefined();
      expect(reply.json.errors).toHaveLength(10);
      expect(reply.json.detail).toContain('PUT /v1/benchmarks/nameless/items');
    }
  });

  it('is 422 where promptfoo cannot tell items of two tasks apart', async () => {
    const all = await drawCoreSet(harness, 'known', { size: 120, seed: 1 });
    const reply = await get('format=promptfoo', all.id);
    expect(refusal(reply)).toMatch(/^422 not-exportable items\.\d+$/);
    expect(reply.json.errors).toHaveLength(20);
  });

  it('can be had once the items are told apart', async () => {
    const items = itemsOf(nameless).map((item, k) => ({ item, metadata: { task: 'quiz', native_id: k } }));
    expectStatus(await harness.send('PUT', '/v1/benchmarks/nameless/items', { items }), 200);
    const { text } = await get('format=lm-eval&part=file', nameless.id);
    expect(JSON.parse(text)).toEqual({ quiz: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
  });

  it('is 404 where there is none', async () => {
    for (const format of formats) {
      expect(refusal(await get(`format=${format}`, 'cs_none'))).toBe('404 core-set-not-found');
    }
  });

  it.each([
    ['format=lm_eval', 'format'],
    ['format=', 'format'],
    ['format=LM-EVAL', 'format'],
    ['format=constructor', 'format'],
    ['format=txt&format=helm', 'format'],
    ['format=txt&part=files', 'part'],
    ['format=txt&part=', 'part'],
    ['format=txt&part=file&part=file', 'part'],
    ['part=file', 'part'],
    ['fromat=txt', 'fromat'],
    ['format=txt&id=1', 'id'],
  ])('is 422 for %s', async (query, path) => {
    expect(refusal(await get(query))).toBe(`422 invalid-request ${path}`);
  });

  it('is as ever without a format', async () => {
    expect(expectStatus(await harness.send('GET', `/v1/core-sets/${set.id}`), 200)).toEqual(set);
  });
});
