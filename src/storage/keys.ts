import type { Database } from './database.ts';
import type { GroupCommit } from './group-commit.ts';

export type Scope = 'read' | 'write' | 'admin';

export interface StoredKey {
  /** The public part of the key. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of its secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  readonly scope: Scope;
  /** Names of the benchmarks that it is limited to; null = all. */
  readonly benchmarks: readonly string[] | null;
  readonly createdAt: string;
  readonly revokedAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
}

/** Another process may make a key, or revoke one. */
export interface KeyStore {
  /** Whether there was ever a key, be it revoked since. */
  any(): Promise<boolean>;
  countLive(): Promise<number>;
  find(id: string): Promise<StoredKey | undefined>;
  /** Oldest first, revoked ones among them. */
  list(): Promise<StoredKey[]>;
  add(key: StoredKey): Promise<void>;
  /** What was revoked before stays as it was. */
  revoke(id: string, at: string): Promise<void>;
  touch(id: string, at: string): Promise<void>;
}

interface KeyRow {
  id: string;
  name: string;
  secret_hash: Buffer;
  scope: Scope;
  benchmarks: string | null;
  created_at: string;
  revoked_at: string | null;
  last_used_at: string | null;
}

export function createKeyStore(database: Database, commits: GroupCommit): KeyStore {
  const any = database.prepare<[], { found: number }>('SELECT EXISTS (SELECT 1 FROM api_keys) AS found');
  const countLive = database.prepare<[], { live: number }>(
    'SELECT count(*) AS live FROM api_keys WHERE revoked_at IS NULL',
  );
  const byId = database.prepare<[string], KeyRow>('SELECT * FROM api_keys WHERE id = ?');
  const all = database.prepare<[], KeyRow>('SELECT * FROM api_keys ORDER BY sequence');
  const insert = database.prepare(
    `INSERT INTO api_keys (id, name, secret_hash, scope, benchmarks, created_at, revoked_at, last_used_at)
     VALUES (@id, @name, @secretHash, @scope, @benchmarks, @createdAt, @revokedAt, @lastUsedAt)`,
  );
  const revoke = database.prepare<[string, string]>(
    'UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  );
  const touch = database.prepare<[string, string]>('UPDATE api_keys SET last_used_at = ? WHERE id = ?');

  return {
    any: async () => any.get()!.found === 1,
    countLive: async () => countLive.get()!.live,
    find: async (id) => {
      const row = byId.get(id);
      return row && toKey(row);
    },
    list: async () => all.all().map(toKey),
    add: async (key) => {
      insert.run({ ...key, benchmarks: key.benchmarks && JSON.stringify(key.benchmarks) });
    },
    revoke: async (id, at) => {
      revoke.run(at, id);
    },
    touch: async (id, at) => {
      await commits.run(() => touch.run(at, id));
    },
  };
}

function toKey(row: KeyRow): StoredKey {
  return {
    id: row.id,
    name: row.name,
    secretHash: row.secret_hash,
    scope: row.scope,
    benchmarks: row.benchmarks === null ? null : JSON.parse(row.benchmarks),
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}
