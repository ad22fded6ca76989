import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createAnswerCheck } from './answer-check.ts';
import { operationsOf, readApiDocument } from './api-document.ts';
import { openFingerprint } from './fingerprint.ts';

const document = readApiDocument();
const operation = operationsOf(document).find(({ operationId }) => operationId === 'getProblem')!;
const check = createAnswerCheck(document);

function answer(status: number, type: string, body: unknown, headers: Record<string, string> = {}) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { status, headers: { 'content-type': type, 'x-request-id': 'a', ...headers }, body: bytes };
}

const json = 'application/json; charset=utf-8';
const good = { type: '/problems/x', title: 'X', status: 404 };
const problem = { ...good, detail: 'd', instance: '/i', request_id: 'a' };

describe('what the fuzz test would see', () => {
  it.each([
    ['a good answer', answer(200, json, good), null],
    ['a good problem', answer(404, 'application/problem+json', problem), null],
    ['a field that is missing', answer(200, json, { ...good, title: undefined }), 'title'],
    ['a field of another type', answer(200, json, { ...good, status: '404' }), 'status'],
    ['a status that is not declared', answer(201, json, good), '201 is not declared'],
    ['another content type', answer(200, 'text/html', 'hello'), 'text/html'],
    ['a problem that says another status', answer(422, 'application/problem+json', problem), 'says 404'],
    ['a failure', answer(500, 'application/problem+json', problem), 'status 500'],
    [
      'an overload that does not say until when',
      answer(503, 'application/problem+json', problem),
      'status 503',
    ],
  ])('%s', (_, given, complaint) => {
    const said = check(operation, given);
    if (complaint === null) expect(said).toBeNull();
    else expect(said).toContain(complaint);
  });

  it('any commit that changes the database, and no reading', () => {
    using folder = temporaryFolder();
    const database = new Sqlite(folder.path('a.db'));
    database.pragma('journal_mode = WAL');
    database.exec('CREATE TABLE t (n INTEGER)');
    using fingerprint = openFingerprint(folder.path('a.db'));
    const before = fingerprint.read();
    database.prepare('SELECT * FROM t').all();
    expect(fingerprint.read()).toBe(before);
    const undone = database.transaction(() => {
      database.exec('INSERT INTO t VALUES (1)');
      throw new Error('undone');
    });
    expect(undone).toThrow('undone');
    expect(fingerprint.read()).toBe(before);
    database.exec('INSERT INTO t VALUES (1)');
    expect(fingerprint.read()).not.toBe(before);
    expect(fingerprint.integrity()).toBe('ok');
    database.close();
  });
});
