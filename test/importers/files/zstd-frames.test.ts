import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget } from '../../../src/importers/files/budget.ts';
import { decompress } from '../../../src/importers/files/decompress.ts';
import { cutAtFrames } from '../../../src/importers/files/zstd-frames.ts';
import { outcomeOf } from '../../support/logs.ts';

async function* chunked(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, k = 0; at < bytes.length; k++) {
    const size = sizes.length === 0 ? bytes.length : sizes[k % sizes.length];
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function unpack(bytes: Buffer, sizes: readonly number[] = []): Promise<Buffer> {
  const chunks = [];
  for await (const chunk of decompress(chunked(bytes, sizes), 'zstd', createBudget(), 'f'))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A frame that decoders pass over. */
function skippable(content: Buffer, kind = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50 + kind, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

const content = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 0, max: 300_000 }).map((length) => Buffer.alloc(length, 'ab')),
  fc.string().map((text) => Buffer.from(text.repeat(50))),
);
const frame = fc
  .record({ content, checksum: fc.boolean(), sized: fc.boolean(), level: fc.constantFrom(1, 3, 9) })
  .map(({ content: bytes, checksum, sized, level }) => ({
    content: bytes,
    packed: zstdCompressSync(bytes, {
      ...(sized && { pledgedSrcSize: bytes.length }),
      params: {
        [constants.ZSTD_c_compressionLevel]: level,
        [constants.ZSTD_c_checksumFlag]: Number(checksum),
        [constants.ZSTD_c_contentSizeFlag]: Number(sized),
      },
    }),
  }));
const passedOver = fc
  .record({ content: fc.uint8Array({ maxLength: 40 }), kind: fc.integer({ min: 0, max: 15 }) })
  .map(({ content: bytes, kind }) => ({
    content: Buffer.alloc(0),
    packed: skippable(Buffer.from(bytes), kind),
  }));
const frames = fc.array(fc.oneof({ weight: 3, arbitrary: frame }, { weight: 1, arbitrary: passedOver }), {
  minLength: 1,
  maxLength: 5,
});
const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 4 });

describe('streams of Zstandard frames', () => {
  it('unpack to the contents of all, whatever the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(frames, sizes, async (parts, lengths) => {
        fc.pre(parts.some(({ content: bytes }) => bytes.length > 0));
        const packed = Buffer.concat(parts.map((part) => part.packed));
        const expected = Buffer.concat(parts.map((part) => part.content));
        expect((await unpack(packed, lengths)).equals(expected)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it('are cut nowhere else than where frames end', async () => {
    const parts = ['one', 'two'.repeat(1000), ''].map((text) => zstdCompressSync(text));
    const pieces = [];
    for await (const piece of cutAtFrames(chunked(Buffer.concat(parts), []))) pieces.push(Buffer.from(piece));
    expect(pieces).toEqual(parts);
    expect(pieces.map((piece) => zstdDecompressSync(piece).toString())).toEqual([
      'one',
      'two'.repeat(1000),
      '',
    ]);
  });

  it('give every byte on, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), sizes, async (bytes, lengths) => {
        const pieces = [];
        for await (const piece of cutAtFrames(chunked(Buffer.from(bytes), lengths))) pieces.push(piece);
        expect(Buffer.concat(pieces).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  it('are refused where they are cut off, or something else follows', async () => {
    const packed = Buffer.concat([zstdCompressSync('x'.repeat(5000)), zstdCompressSync('second')]);
    const first = zstdCompressSync('x'.repeat(5000)).length;
    for (let end = 1; end < packed.length; end++) {
      if (end !== first) expect(await outcomeOf(unpack(packed.subarray(0, end)))).toBe('unreadable-log');
    }
    expect(await outcomeOf(unpack(Buffer.concat([packed, Buffer.from('garbage after')])))).toBe(
      'unreadable-log',
    );
  });
});
