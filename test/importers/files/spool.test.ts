import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { openSpool } from '../../../src/importers/files/spool.ts';

async function* chunks(...parts: readonly (string | Buffer)[]) {
  for (const part of parts) yield Buffer.from(part);
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('a spool', () => {
  it('keeps bytes, of which any part can be read, as often as wanted', async () => {
    const spool = await openSpool();
    const one = await spool.add(chunks('hello ', '', 'world'));
    const none = await spool.add(chunks());
    const two = await spool.add(chunks(Buffer.alloc(200_000, 'z')));
    expect([one.size, none.size, two.size]).toEqual([11, 0, 200_000]);
    for (let k = 0; k < 2; k++) {
      expect(await textOf(one.stream(0, 11))).toBe('hello world');
      expect(await textOf(one.stream(4, 7))).toBe('o w');
      expect(await textOf(none.stream(0, 0))).toBe('');
      expect(await textOf(two.stream(0, two.size))).toBe('z'.repeat(200_000));
    }
    await spool.close();
  });

  it('is read by several at once, and by some who give up', async () => {
    const spool = await openSpool();
    const [a, b] = [
      await spool.add(chunks('a'.repeat(150_000))),
      await spool.add(chunks('b'.repeat(150_000))),
    ];
    for await (const chunk of a.stream(0, a.size)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const texts = await Promise.all([a, b, a].map((stored) => textOf(stored.stream(0, stored.size))));
    expect(texts.map((text) => `${text[0]}${text.length}`)).toEqual(['a150000', 'b150000', 'a150000']);
    await spool.close();
  });

  it('leaves nothing in the temporary folder, even while it is open', async () => {
    const before = new Set(readdirSync(tmpdir()));
    const spool = await openSpool();
    await spool.add(chunks('secret'));
    const spools = readdirSync(tmpdir()).filter((name) => /^benchcast-[^t]/.test(name) && !before.has(name));
    const own = spools.filter((name) => readdirSync(`${tmpdir()}/${name}`).includes('spool'));
    expect(own).toEqual([]);
    await spool.close();
  });

  it('passes on what goes wrong with what it is given', async () => {
    const spool = await openSpool();
    async function* broken() {
      yield Buffer.from('a');
      throw new Error('gone');
    }
    await expect(spool.add(broken())).rejects.toThrow('gone');
    const stored = await spool.add(chunks('after'));
    expect(await textOf(stored.stream(0, stored.size))).toBe('after');
    await spool.close();
  });
});
