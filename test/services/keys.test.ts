import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  formatKey,
  hashSecret,
  hideKeys,
  isSecretOf,
  newKeyText,
  parseKey,
} from '../../src/services/key-text.ts';
import { createKeys, openKeys } from '../../src/services/keys.ts';
import { scopes, scopesUpTo } from '../../src/services/scopes.ts';
import { openStores } from '../../src/storage/open-stores.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function openMemory() {
  const stores = openStores(':memory:');
  return { stores, keys: createKeys(stores), [Symbol.dispose]: () => stores.close() };
}

const request = { name: 'ci', scope: 'write', benchmarks: null } as const;

describe('the text of a key', () => {
  it('has 256 random bits', () => {
    const texts = Array.from({ length: 1000 }, () => newKeyText());
    for (const text of texts) expect(Buffer.from(text.secret, 'base64url')).toHaveLength(32);
    expect(new Set(texts.map(({ secret }) => secret)).size).toBe(1000);
    expect(parseKey(formatKey(texts[0]))).toEqual(texts[0]);
  });

  it('is taken apart as it was put together, and nothing else is taken', () => {
    const id = fc.stringMatching(/^[0-9a-f]{16}$/);
    const secret = fc.string({ unit: fc.constantFrom(...base64url), minLength: 43, maxLength: 43 });
    fc.assert(
      fc.property(id, secret, (anId, aSecret) => {
        const text = formatKey({ id: anId, secret: aSecret });
        expect(parseKey(text)).toEqual({ id: anId, secret: aSecret });
        for (const other of [` ${text}`, `${text}\n`, text.slice(1), text.slice(0, -1), `${text}A`]) {
          expect(parseKey(other)).toBeNull();
        }
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => parseKey(text) === null));
  });

  it('is proved by its secret and by no other, not even another spelling of the same bytes', () => {
    fc.assert(
      fc.property(fc.nat(42), fc.nat(62), (place, step) => {
        const { secret } = newKeyText();
        const hash = hashSecret(secret);
        expect(isSecretOf(secret, hash)).toBe(true);
        const letter = base64url[(base64url.indexOf(secret[place]) + 1 + step) % 64];
        expect(isSecretOf(secret.slice(0, place) + letter + secret.slice(place + 1), hash)).toBe(false);
      }),
    );
  });

  it('is hidden in whatever is written down', () => {
    const text = formatKey(newKeyText());
    expect(hideKeys(`{"url":"/v1?key=${text}&x=1"}`)).toBe(`{"url":"/v1?key=${text.slice(0, 21)}...&x=1"}`);
  });
});

describe('keys', () => {
  it('are known by their text, which is not stored', async () => {
    using folder = temporaryFolder();
    const stores = openStores(folder.path('a.db'));
    const keys = createKeys(stores);
    const { key, text } = await keys.create({ ...request, benchmarks: ['b', 'a', 'b'] });
    expect(key).toMatchObject({ name: 'ci', scope: 'write', benchmarks: ['a', 'b'], revokedAt: null });
    expect(await keys.check(text)).toMatchObject({ key: { id: key.id } });
    expect(JSON.stringify(await keys.list())).not.toMatch(/secret|hash/i);
    stores.close();
    const secret = parseKey(text)!.secret;
    expect(readFileSync(folder.path('a.db')).includes(secret)).toBe(false);
    expect(readFileSync(folder.path('a.db')).includes(Buffer.from(secret, 'base64url'))).toBe(false);
  });

  it('are refused for a reason, one bit off or revoked', async () => {
    using memory = openMemory();
    const { keys } = memory;
    const { key, text } = await keys.create(request);
    const other = text.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect(await keys.check('')).toEqual({ refusal: 'malformed' });
    expect(await keys.check(formatKey(newKeyText()))).toEqual({ refusal: 'unknown' });
    expect(await keys.check(other)).toEqual({ refusal: 'wrong-secret', id: key.id });
    const revoked = await keys.revoke(key.id);
    expect(await keys.check(text)).toEqual({ refusal: 'revoked', id: key.id });
    expect(await keys.check(other)).toEqual({ refusal: 'wrong-secret', id: key.id });
    expect(await keys.revoke(key.id)).toEqual(revoked);
  });

  it('stay set when the last one is revoked', async () => {
    using memory = openMemory();
    const { keys } = memory;
    expect([await keys.areSet(), await keys.countLive()]).toEqual([false, 0]);
    const { key } = await keys.create(request);
    expect([await keys.areSet(), await keys.countLive()]).toEqual([true, 1]);
    await keys.revoke(key.id);
    expect([await keys.areSet(), await keys.countLive()]).toEqual([true, 0]);
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: '  ' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ benchmarks: [] }, 'benchmarks'],
    [{ benchmarks: ['GSM'] }, 'benchmarks'],
    [{ benchmarks: ['gsm', '../x'] }, 'benchmarks'],
  ])('are not made of %o', async (change, path) => {
    using memory = openMemory();
    await expect(memory.keys.create({ ...request, ...change })).rejects.toMatchObject({
      code: 'invalid-request',
      issues: [{ path }],
    });
    expect(await memory.keys.areSet()).toBe(false);
  });

  it('are seen and revoked by another process at once', async () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    using here = openDisposable(path);
    using there = openDisposable(path);
    const { key, text } = await there.keys.create(request);
    expect(await here.keys.check(text)).toMatchObject({ key: { id: key.id } });
    await there.keys.revoke(key.id);
    expect(await here.keys.check(text)).toMatchObject({ refusal: 'revoked' });
  });

  it('note their last use once a minute at most, and work where it cannot be noted', async () => {
    using memory = openMemory();
    const touch = vi.spyOn(memory.stores.keys, 'touch');
    const keys = createKeys(memory.stores);
    const { key, text } = await keys.create(request);
    for (let n = 0; n < 100; n++) await keys.check(text);
    expect(touch).toHaveBeenCalledTimes(1);
    await vi.waitFor(async () => expect((await keys.list())[0].lastUsedAt).not.toBeNull());
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
    touch.mockRejectedValue(new Error('the disk is full'));
    expect(await keys.check(text)).toMatchObject({ key: { id: key.id } });
    expect(touch).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });
});

function openDisposable(path: string) {
  const keys = openKeys(path);
  return { keys, [Symbol.dispose]: () => keys.close() };
}

describe('scopes', () => {
  it('include those before them', () => {
    expect(scopes.map((scope) => [...scopesUpTo(scope)])).toEqual([
      ['read'],
      ['read', 'write'],
      ['read', 'write', 'admin'],
    ]);
  });
});
