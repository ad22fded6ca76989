import Sqlite from 'better-sqlite3';

/** Sees whether anything was committed to a database file, whatever it was. */
export interface Fingerprint extends Disposable {
  /** Changes with every commit of another connection that changes the file; see PRAGMA data_version. */
  read(): number;
  /** Rows by table. */
  counts(): Record<string, number>;
  integrity(): string;
}

export function openFingerprint(path: string): Fingerprint {
  const database = new Sqlite(path, { readonly: true });
  const version = database.prepare<[], number>('PRAGMA data_version').pluck();
  const tables = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck();
  return {
    read: () => version.get()!,
    counts: () =>
      Object.fromEntries(
        tables
          .all()
          .map((name) => [
            name,
            database.prepare<[], number>(`SELECT count(*) FROM "${name}"`).pluck().get()!,
          ]),
      ),
    integrity: () => database.pragma('integrity_check', { simple: true }) as string,
    [Symbol.dispose]: () => database.close(),
  };
}
