import { describe, expect, it } from 'vitest';
import { doorOf, doorWarning } from '../../src/commands/door-of.ts';
import { readConfig } from '../../src/config.ts';
import { createKeys } from '../../src/services/keys.ts';
import { openStores } from '../../src/storage/open-stores.ts';

const open = 'true';
const others = ['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.example.org'];

async function openKeysWith(state: 'none' | 'live' | 'revoked') {
  const stores = openStores(':memory:');
  const keys = createKeys(stores);
  if (state !== 'none') {
    const { key } = await keys.create({ name: 'a', scope: 'read', benchmarks: null });
    if (state === 'revoked') await keys.revoke(key.id);
  }
  return { keys, [Symbol.dispose]: () => stores.close() };
}

function configOf(host: string, allowed?: string) {
  return readConfig({ BENCHCAST_HOST: host, BENCHCAST_ALLOW_ANONYMOUS: allowed });
}

describe('who is let in', () => {
  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('at %s is who is on this machine', async (host) => {
    using opened = await openKeysWith('none');
    expect(await doorOf(configOf(host), opened.keys, undefined)).toMatchObject({ keyless: 'local' });
  });

  it.each(others)('at %s is nobody without a key that works, unless everyone is meant', async (host) => {
    for (const state of ['none', 'revoked'] as const) {
      using opened = await openKeysWith(state);
      await expect(doorOf(configOf(host), opened.keys, undefined)).rejects.toThrow(
        'BENCHCAST_ALLOW_ANONYMOUS',
      );
      const door = await doorOf(configOf(host, open), opened.keys, undefined);
      expect(door.keyless).toBe('everyone');
    }
    using opened = await openKeysWith('live');
    // Even if the keys were to vanish.
    expect(await doorOf(configOf(host), opened.keys, undefined)).toMatchObject({ keyless: 'nobody' });
  });

  it('is said where it may surprise', async () => {
    const told = [];
    for (const state of ['none', 'live', 'revoked'] as const) {
      for (const host of ['127.0.0.1', '0.0.0.0']) {
        using opened = await openKeysWith(state);
        const door = await doorOf(configOf(host, open), opened.keys, undefined);
        told.push(await doorWarning(door, host, opened.keys));
      }
    }
    const closed = 'every key is revoked: nobody gets in';
    expect(told).toEqual([null, 'there is no key: everyone gets in', null, null, closed, closed]);
  });
});
