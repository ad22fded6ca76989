import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { writeZip } from './zip.ts';

/** A file as a client sends it. */
export interface SentFile {
  /** Folders by `/`. */
  readonly path: string;
  readonly content: string | Buffer;
}

/** A body, and the headers that say what it is. */
export interface SentBody {
  readonly body: Buffer;
  readonly headers: Record<string, string>;
}

/** Files as a form, a part each. */
export function formOf(files: readonly SentFile[], boundary: string = randomUUID()): SentBody {
  const parts = files.map(({ path, content }) =>
    formPart(`form-data; name="file"; filename="${path}"`, content, boundary),
  );
  return rawForm([...parts, Buffer.from(`--${boundary}--\r\n`)], boundary);
}

/** A form of parts that may be none. */
export function rawForm(parts: readonly (string | Buffer)[], boundary: string): SentBody {
  return {
    body: Buffer.concat(parts.map((part) => Buffer.from(part))),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** One part, with the line break behind it. */
export function formPart(disposition: string, content: string | Buffer, boundary: string): Buffer {
  return Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: ${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
}

/** One file as the whole body. */
export function fileOf(content: string | Buffer, type = 'application/octet-stream'): SentBody {
  return { body: Buffer.from(content), headers: { 'content-type': type } };
}

/** The same body, compressed for the way. */
export function gzipped({ body, headers }: SentBody): SentBody {
  return { body: gzipSync(body), headers: { ...headers, 'content-encoding': 'gzip' } };
}

export function zipOf(files: readonly SentFile[]): Buffer {
  return writeZip(files.map(({ path, content }) => ({ name: path, content })));
}
