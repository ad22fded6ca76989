import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DomainError, type Issue } from '../errors.ts';
import type { Stores } from '../storage/open-stores.ts';

export const readinessChecks = ['database', 'migrations', 'disk'] as const;
export type ReadinessCheck = (typeof readinessChecks)[number];

export interface ReadinessReport {
  /** What is wrong, by check; none where all is well. */
  readonly failures: Readonly<Partial<Record<ReadinessCheck, string>>>;
  /** 0 where the database does not answer. */
  readonly schemaVersion: number;
  /** Bytes that are free where the database lies; null for one in memory. */
  readonly freeBytes: number | null;
}

export interface Readiness {
  report(): Promise<ReadinessReport>;
  /** The schema version. @throws DomainError not-ready: names every check that fails */
  check(): Promise<number>;
}

/** @param minFreeBytes below which writes may soon fail */
export function createReadiness(
  { ping, newestVersion }: Pick<Stores, 'ping' | 'newestVersion'>,
  database: string,
  minFreeBytes: number,
): Readiness {
  async function report(): Promise<ReadinessReport> {
    const [answer, free] = await Promise.allSettled([ping(), freeBytesAt(database)]);
    const schemaVersion = answer.status === 'fulfilled' ? answer.value : 0;
    const freeBytes = free.status === 'fulfilled' ? free.value : null;
    const failures: Partial<Record<ReadinessCheck, string>> = {};
    if (answer.status === 'rejected') failures.database = 'does not answer';
    else if (schemaVersion !== newestVersion) {
      failures.migrations = `are at version ${schemaVersion}, this service needs ${newestVersion}`;
    }
    if (free.status === 'rejected') failures.disk = 'cannot be looked at';
    else if (freeBytes !== null && freeBytes < minFreeBytes) {
      failures.disk = 'has less room than the floor';
    }
    return { failures, schemaVersion, freeBytes };
  }

  return {
    report,
    async check() {
      const { failures, schemaVersion } = await report();
      const issues: Issue[] = Object.entries(failures).map(([path, message]) => ({ path, message }));
      if (issues.length === 0) return schemaVersion;
      const detail = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
      throw new DomainError('not-ready', detail, issues);
    },
  };
}

async function freeBytesAt(database: string): Promise<number | null> {
  if (database === ':memory:') return null;
  const { bavail, bsize } = await statfs(dirname(resolve(database)));
  return bavail * bsize;
}
