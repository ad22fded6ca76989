import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runnable } from '../../../src/exporters/runnable/registry.ts';
import { runnableFormats } from '../../../src/exporters/runnable/runnable.ts';
import { awkwardIds, coreSetOf, item } from './core-sets.ts';

const coreSet = coreSetOf([
  item('t/1', { task: 't', nativeId: '1', contentHash: 'h\u00e9', inclusionProbability: 0.1 }),
  item('t/0', { inclusionProbability: null }),
]);

/** What a client can recompute a digest with. */
const digester = `
import hashlib, json, sys
manifest = json.load(sys.stdin)
del manifest["digest"]
text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
print("sha256:" + hashlib.sha256(text.encode()).hexdigest(), end="")
`;

describe('runnable', () => {
  it.each(runnableFormats)(
    '%s: files of different names, notes that are sentences, the same manifest',
    (format) => {
      const { files, notes, ...rest } = runnable(format, coreSet);
      expect(rest.format).toBe(format);
      expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
      for (const { name, content } of files) {
        expect(name).toMatch(/^cs_0123[\w.-]+$/);
        expect(content).toMatch(/\n$/);
      }
      expect(notes.filter((note) => !/^[A-Z].*(\.|results\.json)$/.test(note))).toEqual([]);
      expect(rest.manifest).toEqual(runnable('txt', coreSet).manifest);
    },
  );

  it.each(runnableFormats)('%s: refuses a core set without items', (format) => {
    expect(() => runnable(format, coreSetOf([]))).toThrow(
      expect.objectContaining({ code: 'not-exportable' }),
    );
  });

  it('gives the names alone as text, in their order', () => {
    const { files, commands } = runnable('txt', coreSetOf(awkwardIds));
    expect(files).toEqual([
      {
        name: 'cs_0123.txt',
        mediaType: 'text/plain; charset=utf-8',
        content: `${awkwardIds.join('\n')}\n`,
      },
    ]);
    expect(commands).toEqual([]);
  });
});

describe('the manifest', () => {
  const { manifest } = runnable('txt', coreSet);

  it('says what was recommended, as stored', () => {
    expect(manifest).toEqual({
      core_set: 'cs_0123',
      benchmark: 'bench',
      design: 'informative',
      seed: 7,
      revision: 3,
      population: 1000,
      created_at: '2026-01-02T03:04:05.000Z',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      items: [
        { item: 't/1', task: 't', native_id: '1', content_hash: 'h\u00e9', inclusion_probability: 0.1 },
        { item: 't/0', task: null, native_id: null, content_hash: null, inclusion_probability: null },
      ],
    });
  });

  it('has a digest that others can recompute', () => {
    const input = JSON.stringify(manifest);
    expect(execFileSync('python3', ['-c', digester], { input, encoding: 'utf8' })).toBe(manifest.digest);
  });

  it('has another digest with any other content', () => {
    const [first, second] = coreSet.items;
    const others = [
      { ...coreSet, id: 'cs_1' },
      { ...coreSet, benchmark: 'b' },
      { ...coreSet, design: 'random' },
      { ...coreSet, seed: 8 },
      { ...coreSet, revision: 4 },
      { ...coreSet, population: 999 },
      { ...coreSet, createdAt: '2026-01-02T03:04:06.000Z' },
      { ...coreSet, items: [second, first] },
      { ...coreSet, items: [first] },
      { ...coreSet, items: [{ ...first, item: 't/2' }, second] },
      { ...coreSet, items: [{ ...first, task: null }, second] },
      { ...coreSet, items: [{ ...first, nativeId: '2' }, second] },
      { ...coreSet, items: [{ ...first, contentHash: null }, second] },
      { ...coreSet, items: [{ ...first, inclusionProbability: 0.2 }, second] },
    ];
    const digests = [coreSet, ...others].map((other) => runnable('txt', other).manifest.digest);
    expect(new Set(digests).size).toBe(digests.length);
    expect(runnable('txt', { ...coreSet }).manifest.digest).toBe(manifest.digest);
  });
});
