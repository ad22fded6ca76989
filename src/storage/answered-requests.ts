import { DomainError } from '../errors.ts';
import type { Database } from './database.ts';

/** An answer as it went out. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** null: it was too large to be kept. */
  readonly body: string | null;
}

/** A request that carried an Idempotency-Key, and its answer. */
export interface AnsweredRequest {
  /** The id of the API key that asked; empty without one. */
  readonly caller: string;
  readonly key: string;
  /** Another request under the same key has another one. */
  readonly fingerprint: string;
  readonly answer: KeptAnswer;
}

export interface AnsweredRequestStore {
  /** undefined for a key that was not used, or so long ago that it is forgotten. */
  find(caller: string, key: string): Promise<Omit<AnsweredRequest, 'caller' | 'key'> | undefined>;
  /** Of a request that changed nothing. @throws DomainError idempotency-key-in-use */
  keep(request: AnsweredRequest): Promise<void>;
  /**
   * Inside the transaction of what was asked for, as its seal.
   * @throws DomainError idempotency-key-in-use: another process answered a request under this key meanwhile
   */
  keepNow(request: AnsweredRequest): void;
}

const hoursKept = 24;
/** What is too old goes bit by bit, whenever something comes. */
const forgottenAtOnce = 20;

export function createAnsweredRequestStore(
  database: Database,
  now: () => number = Date.now,
): AnsweredRequestStore {
  const find = database.prepare<
    [string, string, string],
    { fingerprint: string; status: number; headers: string; body: string | null }
  >(
    `SELECT fingerprint, status, headers, body FROM answered_requests
     WHERE caller = ? AND key = ? AND answered_at >= ?`,
  );
  const forget = database.prepare<[string]>(
    `DELETE FROM answered_requests WHERE rowid IN
       (SELECT rowid FROM answered_requests WHERE answered_at < ? ORDER BY answered_at LIMIT ${forgottenAtOnce})`,
  );
  const forgetThis = database.prepare<[string, string, string]>(
    'DELETE FROM answered_requests WHERE caller = ? AND key = ? AND answered_at < ?',
  );
  const insert = database.prepare(
    `INSERT INTO answered_requests (caller, key, fingerprint, status, headers, body, answered_at)
     VALUES (@caller, @key, @fingerprint, @status, @headers, @body, @answeredAt)
     ON CONFLICT DO NOTHING`,
  );
  const oldest = () => new Date(now() - hoursKept * 3_600_000).toISOString();

  function keepNow({ caller, key, fingerprint, answer }: AnsweredRequest): void {
    forget.run(oldest());
    forgetThis.run(caller, key, oldest());
    const { changes } = insert.run({
      caller,
      key,
      fingerprint,
      status: answer.status,
      headers: JSON.stringify(answer.headers),
      body: answer.body,
      answeredAt: new Date(now()).toISOString(),
    });
    if (changes === 0) throw keyInUse();
  }

  const keep = database.transaction(keepNow);
  return {
    find: async (caller, key) => {
      const row = find.get(caller, key, oldest());
      if (row === undefined) return undefined;
      const { fingerprint, status, headers, body } = row;
      return { fingerprint, answer: { status, headers: JSON.parse(headers), body } };
    },
    keep: async (request) => keep.immediate(request),
    keepNow,
  };
}

export function keyInUse(): DomainError {
  return new DomainError(
    'idempotency-key-in-use',
    'a request with this Idempotency-Key is still under way: ask again when it has ended',
  );
}
