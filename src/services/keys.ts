import { DomainError } from '../errors.ts';
import { isBenchmarkName } from '../scores/names.ts';
import type { Scope, StoredKey } from '../storage/keys.ts';
import { openStores, type Stores } from '../storage/open-stores.ts';
import { formatKey, hashSecret, isSecretOf, newKeyText, parseKey } from './key-text.ts';
import { untilWritten } from './until-written.ts';

/** A key without its secret, which nobody has but its owner. */
export type Key = Omit<StoredKey, 'secretHash'>;

export interface KeyRequest {
  readonly name: string;
  readonly scope: Scope;
  /** null = all. */
  readonly benchmarks: readonly string[] | null;
}

/** Why a text does not open the door. For the log: whoever tries it is told nothing. */
export type KeyRefusal = 'malformed' | 'unknown' | 'wrong-secret' | 'revoked';

export type KeyCheck =
  | { readonly key: Key }
  /** `id`: the key that it claims to be, where there is one. */
  | { readonly refusal: KeyRefusal; readonly id?: string };

export interface Keys {
  /** Whether a key is asked for: one was made, be it revoked since. */
  areSet(): Promise<boolean>;
  countLive(): Promise<number>;
  check(text: string): Promise<KeyCheck>;
  /** @returns the key, and its text, which is shown this once. @throws DomainError invalid-request */
  create(request: KeyRequest): Promise<{ readonly key: Key; readonly text: string }>;
  list(): Promise<Key[]>;
  /** From the next request on. @throws DomainError key-not-found */
  revoke(id: string): Promise<Key>;
}

/** The time of last use is not worth a write for every request. */
const touchMilliseconds = 60_000;
const maxNameLength = 100;
/** Compared with where no key has that id, so that it takes as long. */
const nobody = hashSecret('');

export function createKeys({ keys: store, writeEpoch }: Pick<Stores, 'keys' | 'writeEpoch'>): Keys {
  const areSet = untilWritten(writeEpoch, () => store.any());
  const touched = new Map<string, number>();

  function touch(id: string): void {
    const now = Date.now();
    if (now - (touched.get(id) ?? 0) < touchMilliseconds) return;
    touched.set(id, now);
    // A use is not refused because it cannot be noted down: the disk may be full.
    store.touch(id, new Date(now).toISOString()).catch(() => {});
  }

  async function find(id: string): Promise<StoredKey> {
    const found = await store.find(id);
    if (found === undefined) throw new DomainError('key-not-found', `there is no key "${id}"`);
    return found;
  }

  return {
    areSet: () => areSet(undefined),
    countLive: () => store.countLive(),

    async check(text) {
      const parts = parseKey(text);
      if (parts === null) return { refusal: 'malformed' };
      const { id, secret } = parts;
      const found = await store.find(id);
      const isRight = isSecretOf(secret, found?.secretHash ?? nobody);
      if (found === undefined) return { refusal: 'unknown' };
      if (!isRight) return { refusal: 'wrong-secret', id };
      if (found.revokedAt !== null) return { refusal: 'revoked', id };
      touch(id);
      return { key: withoutSecret(found) };
    },

    async create(request) {
      checkRequest(request);
      const { id, secret } = newKeyText();
      const { name, scope, benchmarks } = request;
      const key: Key = {
        id,
        name,
        scope,
        benchmarks: benchmarks && [...new Set(benchmarks)].sort(),
        createdAt: new Date().toISOString(),
        revokedAt: null,
        lastUsedAt: null,
      };
      await store.add({ ...key, secretHash: hashSecret(secret) });
      return { key, text: formatKey({ id, secret }) };
    },

    list: async () => (await store.list()).map(withoutSecret),

    async revoke(id) {
      await find(id);
      await store.revoke(id, new Date().toISOString());
      return withoutSecret(await find(id));
    },
  };
}

/** The keys of a database that no service need be running on. */
export interface OpenKeys extends Keys {
  /** Which of these benchmarks are not there (yet). */
  absent(benchmarks: readonly string[]): Promise<string[]>;
  close(): void;
}

/** @throws DomainError database-unusable, database-newer */
export function openKeys(database: string): OpenKeys {
  const stores = openStores(database);
  return {
    ...createKeys(stores),
    async absent(benchmarks) {
      const found = await Promise.all(
        benchmarks.map((name) => stores.benchmarks.get(name).catch(() => undefined)),
      );
      return benchmarks.filter((_, index) => found[index] === undefined);
    },
    close: () => stores.close(),
  };
}

function checkRequest({ name, benchmarks }: KeyRequest): void {
  if (!/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(name) || name.length > maxNameLength || name.trim() === '') {
    throw refused('name', `must be 1 to ${maxNameLength} printable characters`);
  }
  // An empty list would read as "none", and somebody might take it for "all".
  if (benchmarks?.length === 0) throw refused('benchmarks', 'must name at least one, or be left out');
  for (const benchmark of benchmarks ?? []) {
    if (!isBenchmarkName(benchmark)) throw refused('benchmarks', `"${benchmark}" cannot name a benchmark`);
  }
}

function refused(path: string, message: string): DomainError {
  return new DomainError('invalid-request', `${path}: ${message}`, [{ path, message }]);
}

function withoutSecret({ secretHash: _, ...key }: StoredKey): Key {
  return key;
}
