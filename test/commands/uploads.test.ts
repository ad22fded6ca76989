import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { findUploads } from '../../src/commands/uploads.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function filled(...names: string[]) {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(folder.path(name)), { recursive: true });
    writeFileSync(folder.path(name), name);
  }
  return folder;
}

function namesIn(paths: readonly string[]): string[] {
  return findUploads(paths, undefined).map(({ name }) => name);
}

it('walks folders, in order, and names files from the folder on', async () => {
  using folder = filled('logs/b/2.jsonl', 'logs/b/1.jsonl', 'logs/a.json', 'logs/.hidden', 'logs/.git/x');
  const found = findUploads([folder.path('logs')], undefined);
  expect(found.map(({ name }) => name)).toEqual(['a.json', 'b/1.jsonl', 'b/2.jsonl']);
  expect(found.map(({ size }) => size)).toEqual([11, 14, 14]);
  expect(await text(found[1].read())).toBe('logs/b/1.jsonl');
});

it('takes links to files, and does not run round in links to folders', () => {
  using folder = filled('logs/a.json', 'other.json');
  symlinkSync(folder.path('other.json'), folder.path('logs/linked.json'));
  symlinkSync(folder.path('logs'), folder.path('logs/again'));
  expect(namesIn([folder.path('logs')])).toEqual(['a.json', 'linked.json']);
});

it('names a single file after its folder too', () => {
  using folder = filled('runs/acme-7b/samples.jsonl');
  expect(namesIn([folder.path('runs/acme-7b/samples.jsonl')])).toEqual(['acme-7b/samples.jsonl']);
});

it('says more of the path where two files would be called alike', () => {
  using folder = filled('one/samples.jsonl', 'two/samples.jsonl', 'two/deep/samples.jsonl');
  expect(namesIn([folder.path('one'), folder.path('two')])).toEqual([
    'one/samples.jsonl',
    'two/deep/samples.jsonl',
    'two/samples.jsonl',
  ]);
});

it('takes a file that is named twice once', () => {
  using folder = filled('logs/a.json');
  expect(namesIn([folder.path('logs'), folder.path('logs/a.json'), folder.path('logs')])).toHaveLength(1);
});

it('refuses what is not there, and a folder without files', () => {
  using folder = filled('empty/.hidden');
  expect(() => namesIn([folder.path('nowhere.csv')])).toThrow(/nowhere\.csv cannot be read: .*no such file/);
  expect(() => namesIn([folder.path('empty')])).toThrow(/there are no files in .*empty/);
});

it('tells a file that changes while it is sent', async () => {
  using folder = filled('a.csv');
  const [upload] = findUploads([folder.path('a.csv')], undefined);
  appendFileSync(folder.path('a.csv'), 'more');
  await expect(text(upload.read())).rejects.toThrow(/a\.csv changed while it was read/);
});
