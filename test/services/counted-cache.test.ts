import { expect, it } from 'vitest';
import { CountedCache } from '../../src/services/counted-cache.ts';

it('counts what was there, what was not, and what is', () => {
  const cache = new CountedCache<string, object>({ maxSize: 10, sizeCalculation: () => 4 });
  expect(cache.get('a')).toBeUndefined();
  for (const name of ['a', 'b', 'c']) cache.set(name, { name });
  expect(cache.get('c')).toEqual({ name: 'c' });
  // It had to make room.
  expect(cache.get('a')).toBeUndefined();
  expect(cache.vitals).toEqual({ hits: 1, misses: 2, entries: 2, bytes: 8 });
});
