import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withUnpacked } from '../../../src/services/unpack.ts';
import {
  givenFile,
  inspectArchive,
  type LogSource,
  outcomeOf,
  refusalOf,
  tarOf,
} from '../../support/logs.ts';
import { writeZip, type ZipSource } from '../../support/zip.ts';

/** The files in what is given: their paths and contents. */
async function filesIn(...sources: readonly LogSource[]): Promise<[path: string, content: string][]> {
  return withUnpacked(
    sources.map((source) => givenFile(source)),
    async (files) => {
      const found: [string, string][] = [];
      for (const file of files) {
        const chunks = [];
        for await (const chunk of file.read()) chunks.push(chunk);
        const stored = await file.stored();
        const again = [];
        for await (const chunk of stored.stream(0, stored.size)) again.push(chunk);
        expect(Buffer.concat(again).equals(Buffer.concat(chunks))).toBe(true);
        found.push([file.path, Buffer.concat(chunks).toString()]);
      }
      return found;
    },
  );
}

const one = (content: string | Buffer, path = 'x') => filesIn({ path, content });
const two: readonly LogSource[] = [
  { path: 'a.txt', content: 'first' },
  { path: 'sub/b.txt', content: 'second' },
];
const zipped = (entries: readonly LogSource[], method = 8) =>
  writeZip(
    entries.map(({ path, content }): ZipSource => ({ name: path, content: Buffer.from(content), method })),
  );
const expected = two.map(({ path, content }) => [path, content]);

describe('what is given', () => {
  it.each([0, 8, 93])('may be a zip archive by method %i', async (method) => {
    expect(await one(zipped(two, method))).toEqual(expected);
  });

  it('may be a tar archive, compressed or not', async () => {
    const tar = await tarOf(two);
    for (const bytes of [tar, gzipSync(tar), zstdCompressSync(tar)])
      expect(await one(bytes)).toEqual(expected);
  });

  it('may be one compressed file, called as it was before', async () => {
    expect(await one(gzipSync('text'), 'd/x.jsonl.gz')).toEqual([['d/x.jsonl', 'text']]);
    expect(await one(zstdCompressSync('text'), 'x.json.zst')).toEqual([['x.json', 'text']]);
    const twice = Buffer.concat([gzipSync('te'), gzipSync('xt')]);
    expect(await one(twice, 'x.gz')).toEqual([['x', 'text']]);
  });

  it('may be archives in archives', async () => {
    const inner = await tarOf([
      { path: 'in.zip', content: zipped(two) },
      { path: 'c.gz', content: gzipSync('third') },
    ]);
    expect(await one(writeZip([{ name: 'in.tgz', content: gzipSync(inner) }]))).toEqual([
      ...expected,
      ['c', 'third'],
    ]);
  });

  it('may be archives three deep and no deeper', async () => {
    const nest = (depth: number): Buffer =>
      depth === 1 ? zipped(two) : zipped([{ path: 'in.zip', content: nest(depth - 1) }]);
    expect(await one(nest(3))).toEqual(expected);
    expect(await refusalOf(one(nest(4)))).toMatch(/^unreadable-log: .*more than 3 archives deep/);
  });

  it('may not be compressed again and again', async () => {
    const nest = (depth: number): Buffer => (depth === 0 ? Buffer.from('text') : gzipSync(nest(depth - 1)));
    expect(await one(nest(1))).toEqual([['x', 'text']]);
    expect(await outcomeOf(one(nest(40)))).toBe('unreadable-log');
  });

  it('stays one file where it is a log', async () => {
    const log = inspectArchive({ samples: [] });
    expect((await filesIn(log)).map(([path]) => path)).toEqual(['log.eval']);
    const inside = { path: 'logs.zip', content: zipped([log, log]) };
    expect((await filesIn(inside)).map(([path]) => path)).toEqual(['log.eval', 'log.eval']);
  });

  it('is without what systems put beside it', async () => {
    const junk = ['__MACOSX/a.txt', '.DS_Store', 'sub/._b.txt', 'Thumbs.db'];
    const all = [...two, ...junk.map((path) => ({ path, content: 'junk' }))];
    expect(await one(zipped(all))).toEqual(expected);
    expect(await one(await tarOf(all))).toEqual(expected);
  });

  it('may have empty files and folders', async () => {
    const entries: ZipSource[] = [
      { name: 'folder/', method: 0 },
      { name: 'empty', content: '', method: 8 },
    ];
    expect(await one(writeZip(entries))).toEqual([['empty', '']]);
    expect(await filesIn()).toEqual([]);
  });
});

describe('entries of archives', () => {
  const evil = [
    '../up',
    'a/../../up',
    '/etc/passwd',
    'C:\\windows\\x',
    'c:x',
    '..\\up',
    'a\\..\\..\\up',
    '\\\\server\\x',
    './../up',
  ];

  it.each([...evil, 'x'.repeat(2000)])('may not lead out of them: %.40s', async (name) => {
    expect(await refusalOf(one(writeZip([{ name, content: 'x' }])))).toMatch(
      /^unreadable-log: .*(out of the archive|zip)/,
    );
    expect(await outcomeOf(tarOf([{ path: name, content: 'x' }]).then((bytes) => one(bytes)))).toBe(
      'unreadable-log',
    );
  });

  it('may be called in any other way', async () => {
    const names = ['a..b', '...', 'ü/😀', './x', 'a b', '__proto__', 'constructor', 'con', 'ab:c'];
    const found = await one(writeZip(names.map((name) => ({ name, content: name }))));
    expect(found.map(([, content]) => content)).toEqual(names);
  });

  it('may be links and devices of a tar, which are passed over', async () => {
    const tar = (await import('tar-stream')).default;
    const pack = tar.pack();
    pack.entry({ name: 'link', type: 'symlink', linkname: '/etc/passwd' });
    pack.entry({ name: 'hard', type: 'link', linkname: '/etc/passwd' });
    pack.entry({ name: 'dev', type: 'character-device' });
    pack.entry({ name: 'a.txt' }, 'first');
    pack.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of pack) chunks.push(chunk as Uint8Array);
    expect(await one(Buffer.concat(chunks))).toEqual([['a.txt', 'first']]);
  });

  it.each([
    ['an encrypted one', { isEncrypted: true }, /is encrypted/],
    ['one by bzip2', { method: 12 }, /method 12; deflate \(8\) and Zstandard \(93\) are read/],
    ['one that announces less', { announced: 3 }, /holds 7 bytes, where the archive announces 3/],
    ['one that announces more', { announced: 9 }, /holds 7 bytes, where the archive announces 9/],
    ['a stored one that announces more', { method: 0, announced: 9 }, /x\/a: /],
    ['a damaged one', { packed: Buffer.from([255, 255, 255]) }, /cut off or damaged \(deflate/],
    ['a damaged one by Zstandard', { method: 93, packed: Buffer.from('nothing') }, /damaged \(zstd/],
  ] as const)('are refused, saying which: %s', async (_, of, message) => {
    const zip = writeZip([
      { name: 'ok', content: 'fine' },
      { name: 'a', content: 'content', ...of },
    ]);
    const refusal = await refusalOf(one(zip));
    expect(refusal).toMatch(/^unreadable-log: x\/a: /);
    expect(refusal).toMatch(message);
  });

  it('may not be more than 200,000', async () => {
    const zip = writeZip(Array.from({ length: 300_000 }, (_, k) => ({ name: `f${k}`, method: 0 })));
    expect(await refusalOf(one(zip))).toMatch(/^unreadable-log: x: holds more than 200000 files/);
  });
});

describe('archives that are cut off', () => {
  it.each([0, 8, 93])('are refused anywhere: zip by method %i', async (method) => {
    const bytes = zipped(two, method);
    for (let end = 4; end < bytes.length; end++) {
      expect(await outcomeOf(one(bytes.subarray(0, end)))).toBe('unreadable-log');
    }
  });

  it('are refused anywhere: gzip and Zstandard', async () => {
    for (const bytes of [gzipSync('text '.repeat(300)), zstdCompressSync('text '.repeat(300))]) {
      for (let end = 4; end < bytes.length; end++) {
        expect(await outcomeOf(one(bytes.subarray(0, end)))).toBe('unreadable-log');
      }
    }
  });

  it('are refused anywhere: tar', async () => {
    const bytes = await tarOf([...two, { path: 'c', content: 'x'.repeat(3000) }]);
    // Two empty blocks end it.
    const last = bytes.length - 1024;
    for (let end = 300; end < last; end += 17) {
      const isBetweenEntries = [1024, 2048].includes(end);
      if (!isBetweenEntries) expect(await outcomeOf(one(bytes.subarray(0, end)))).toBe('unreadable-log');
    }
  });

  it('are texts like any other before their first marks', async () => {
    for (const end of [0, 1, 2, 3]) {
      expect((await one(zipped(two).subarray(0, end))).map(([path]) => path)).toEqual(['x']);
    }
  });
});

describe('archives with changed bytes', () => {
  it('are read or refused', async () => {
    const bases = [
      zipped(two),
      zipped(two, 93),
      await tarOf(two),
      gzipSync(await tarOf(two)),
      zstdCompressSync('text'.repeat(100)),
      inspectArchive({ samples: [{ id: 1, scores: { a: 1 } }] }).content as Buffer,
    ];
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...bases),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        async (base, changes) => {
          const bytes = Buffer.from(base);
          for (const { at, to } of changes) bytes[at % bytes.length] = to;
          expect(['read', 'unreadable-log']).toContain(await outcomeOf(one(bytes)));
        },
      ),
      { numRuns: 600 },
    );
  });

  it('are read or refused with any byte of a zip at its extremes', async () => {
    const bytes = zipped(two);
    for (let at = 4; at < bytes.length; at++) {
      for (const to of [0, 255, 127]) {
        const changed = Buffer.from(bytes);
        changed[at] = to;
        expect(['read', 'unreadable-log']).toContain(await outcomeOf(one(changed)));
      }
    }
  });
});
