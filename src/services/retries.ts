import { type AnsweredRequestStore, keyInUse } from '../storage/answered-requests.ts';
import type { Stores } from '../storage/open-stores.ts';

/** What requests with an Idempotency-Key were answered, and which of them are under way. */
export interface Retries extends AnsweredRequestStore {
  /**
   * Works on a request, while no other under its key is worked on.
   * @throws DomainError idempotency-key-in-use: one is
   */
  alone<Result>(caller: string, key: string, work: () => Promise<Result>): Promise<Result>;
}

export function createRetries({ answeredRequests }: Pick<Stores, 'answeredRequests'>): Retries {
  const underWay = new Set<string>();
  return {
    ...answeredRequests,
    async alone(caller, key, work) {
      const name = JSON.stringify([caller, key]);
      if (underWay.has(name)) throw keyInUse();
      underWay.add(name);
      try {
        return await work();
      } finally {
        underWay.delete(name);
      }
    },
  };
}
