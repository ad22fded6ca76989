import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTurns } from '../../src/services/turns.ts';

describe('turns', () => {
  it('come one after the other on one key, in order, also after a failure', async () => {
    const turns = createTurns();
    const log: string[] = [];
    const work = (name: string, milliseconds: number, fails = false) =>
      turns.take('key', async () => {
        log.push(`${name} starts`);
        await delay(milliseconds);
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const settled = await Promise.allSettled([work('a', 20), work('b', 10, true), work('c', 0)]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('come side by side on different keys', async () => {
    const turns = createTurns();
    const log: string[] = [];
    const work = (key: string, milliseconds: number) =>
      turns.take(key, async () => {
        await delay(milliseconds);
        log.push(key);
      });
    await Promise.all([work('slow', 40), work('fast', 0)]);
    expect(log).toEqual(['fast', 'slow']);
  });
});
