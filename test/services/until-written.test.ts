import { describe, expect, it, vi } from 'vitest';
import { untilWritten } from '../../src/services/until-written.ts';

describe('a read that is done once until something is written', () => {
  it('is done once for each key, also by those who come together', async () => {
    const read = vi.fn(async (key: string) => key.toUpperCase());
    const remembered = untilWritten(async () => 1, read);
    expect(await Promise.all([remembered('a'), remembered('b'), remembered('a')])).toEqual(['A', 'B', 'A']);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('is done anew after a write', async () => {
    let [epoch, stored] = [1, 'before'];
    const remembered = untilWritten(
      async () => epoch,
      async () => stored,
    );
    expect(await remembered(undefined)).toBe('before');
    stored = 'after';
    expect(await remembered(undefined)).toBe('before');
    epoch = 2;
    expect(await remembered(undefined)).toBe('after');
  });

  it('is tried again where it failed', async () => {
    const read = vi.fn(async () => 'there');
    read.mockRejectedValueOnce(new Error('the disk'));
    const remembered = untilWritten(async () => 1, read);
    await expect(remembered(undefined)).rejects.toThrow('the disk');
    expect(await remembered(undefined)).toBe('there');
  });

  it('is forgotten rather than that memory grows', async () => {
    const read = vi.fn(async (key: number) => key);
    const remembered = untilWritten(async () => 1, read);
    for (let key = 0; key < 1500; key++) expect(await remembered(key)).toBe(key);
    await remembered(0);
    await remembered(1499);
    expect(read).toHaveBeenCalledTimes(1501);
  });
});
