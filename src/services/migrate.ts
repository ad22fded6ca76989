import { existsSync } from 'node:fs';
import { DomainError } from '../errors.ts';
import { openDatabase, schemaVersion, storedVersion } from '../storage/database.ts';

export interface MigrationOutcome {
  /** Schema versions. */
  readonly from: number;
  readonly to: number;
}

/**
 * Brings the tables of a database up to date.
 * @param path a file that is there: none is created
 * @throws DomainError database-unusable: it is not there, or holds something else; database-newer: a later version of the
 *   service wrote it
 */
export function migrateDatabase(path: string): MigrationOutcome {
  if (!existsSync(path)) throw new DomainError('database-unusable', `there is no database ${path}`);
  const from = storedVersion(path);
  const database = openDatabase(path);
  try {
    return { from, to: schemaVersion(database) };
  } finally {
    database.close();
  }
}
