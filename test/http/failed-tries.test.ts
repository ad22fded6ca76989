import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFailedTries } from '../../src/http/failed-tries.ts';

describe('failed tries', () => {
  it('are few in any minute that begins with one', () => {
    let now = 0;
    const tries = createFailedTries(() => now);
    const heard = Array.from({ length: 25 }, () => tries.add('192.0.2.1'));
    expect(heard.filter((seconds) => seconds === 0)).toHaveLength(20);
    expect(heard.at(-1)).toBe(60);
    now = 59_001;
    expect(tries.add('192.0.2.1')).toBe(1);
    now = 60_000;
    expect(tries.add('192.0.2.1')).toBe(0);
  });

  it('are counted by address, and by network where addresses are plenty', () => {
    const counted = (first: string, second: string) => {
      const tries = createFailedTries(() => 0);
      for (let n = 0; n < 20; n++) tries.add(first);
      return tries.add(second) > 0;
    };
    expect(counted('192.0.2.1', '192.0.2.2')).toBe(false);
    expect(counted('::ffff:192.0.2.1', '192.0.2.1')).toBe(true);
    expect(counted('2001:db8::1', '2001:db8:0:0:ffff::2')).toBe(true);
    expect(counted('2001:db8:0:1::1', '2001:db8:0:2::1')).toBe(false);
    expect(counted('::1', '::2')).toBe(true);
  });

  it('take any address, and however many of them', () => {
    const tries = createFailedTries(() => 0);
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (address) => tries.add(address) >= 0));
    for (let n = 0; n < 50_000; n++) tries.add(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  });
});
