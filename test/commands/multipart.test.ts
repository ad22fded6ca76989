import { expect, it } from 'vitest';
import { multipartOf, type Upload } from '../../src/commands/multipart.ts';

function upload(name: string, ...chunks: string[]): Upload {
  const bytes = chunks.map((chunk) => Buffer.from(chunk));
  const size = bytes.reduce((sum, { length }) => sum + length, 0);
  return {
    name,
    size,
    async *read() {
      yield* bytes;
    },
  };
}

async function bytesOf(files: readonly Upload[]) {
  const body = multipartOf(files);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks()) chunks.push(chunk);
  return { ...body, bytes: Buffer.concat(chunks) };
}

it('holds every file under its name, and is as long as it says', async () => {
  const files: Upload[] = [
    upload('m/samples_é "x".jsonl', '{"a":1}\n', '{"a":2}\n'),
    upload('empty.csv'),
    upload('ends.txt', 'no newline\r\n--benchcast-\r\n'),
  ];
  const { bytes, length, contentType } = await bytesOf(files);
  expect(length).toBe(bytes.length);
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  const found = form.getAll('file') as File[];
  expect([...form.keys()]).toEqual(['file', 'file', 'file']);
  expect(found.map(({ name }) => name)).toEqual(['m/samples_é "x".jsonl', 'empty.csv', 'ends.txt']);
  expect(await Promise.all(found.map((file) => file.text()))).toEqual([
    '{"a":1}\n{"a":2}\n',
    '',
    'no newline\r\n--benchcast-\r\n',
  ]);
});

it('knows no length where that of a file is not known', () => {
  expect(multipartOf([upload('a', 'x'), { ...upload('b', 'y'), size: null }]).length).toBeNull();
});

it('parts bodies by another boundary every time', () => {
  expect(multipartOf([]).contentType).not.toBe(multipartOf([]).contentType);
});
