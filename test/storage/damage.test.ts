import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A database with something in it, closed. */
function writeDatabase(path: string): void {
  const database = openDatabase(path);
  database.exec(`INSERT INTO benchmarks VALUES (1, 'b', NULL, NULL, 0, 1, 0.2, 0.5, 0, 0, '', '')`);
  const insert = database.prepare('INSERT INTO items (benchmark_id, position, item) VALUES (1, ?, ?)');
  database.transaction(() => {
    for (let position = 0; position < 5000; position++) insert.run(position, `item number ${position}`);
  })();
  database.close();
}

/** Noise, the same every time, that is no page of a database. */
function noise(bytes: number): Buffer {
  let state = 7;
  return Buffer.from(
    Uint8Array.from({ length: bytes }, () => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state >> 16;
    }),
  );
}

const pageBytes = 4096;

const damages: Record<string, (path: string) => void> = {
  'cut off in the middle': (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
  'cut off by a page': (path) => truncateSync(path, readFileSync(path).length - pageBytes),
  'another header': (path) => overwrite(path, 0, noise(100)),
  'no schema': (path) => overwrite(path, 100, noise(pageBytes - 100)),
  'pages overwritten': (path) => overwrite(path, 30 * pageBytes, noise(4 * pageBytes)),
  'pages in another order': (path) => {
    const bytes = readFileSync(path);
    overwrite(path, 30 * pageBytes, bytes.subarray(60 * pageBytes, 61 * pageBytes));
  },
  'zeros in the middle': (path) => overwrite(path, 40 * pageBytes, Buffer.alloc(8 * pageBytes)),
};

function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = readFileSync(path);
  bytes.copy(file, at);
  writeFileSync(path, file);
}

describe('a damaged database', () => {
  it.each(Object.keys(damages))('is told at start, in one line that says what to do: %s', (damage) => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    writeDatabase(path);
    damages[damage](path);
    const before = readFileSync(path);
    let message = '';
    try {
      openDatabase(path).close();
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain(path);
    expect(message).toMatch(/restore a backup/);
    expect(message).not.toContain('\n');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is not looked for where that is not wanted', () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    writeDatabase(path);
    damages['pages overwritten'](path);
    expect(() => openDatabase(path, 'always').close()).toThrow('is damaged');
    openDatabase(path, 'never').close();
  });
});

describe('a file that is another database', () => {
  it('is left alone', () => {
    using folder = temporaryFolder();
    const path = folder.path('a.db');
    const other = new Sqlite(path);
    other.exec('CREATE TABLE songs (title TEXT)');
    other.close();
    const before = readFileSync(path);
    expect(() => openDatabase(path)).toThrow('is a database of something else');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});
