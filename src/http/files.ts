import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../errors.ts';
import { openUpload, type Upload, type UploadLimits } from '../services/uploads.ts';
import { HttpError } from './http-error.ts';
import { limitedBytes } from './streams.ts';

/** Several files in a form. */
export const formType = 'multipart/form-data';
/** One file, as it is. */
export const fileTypes = [
  'application/octet-stream',
  'application/zip',
  'application/gzip',
  'application/x-ndjson',
  'application/jsonl',
  'application/vnd.apache.parquet',
  'text/csv',
];

/** Lets the routes of a scope take files: their handlers get the bytes as they arrive. */
export function acceptFiles(scope: FastifyInstance): void {
  scope.addContentTypeParser([formType, ...fileTypes], (_request, payload, done) => done(null, payload));
}

/** Whether the body of a request is a file, or several in a form. */
export function hasFiles(request: FastifyRequest): boolean {
  return isForm(request) || fileTypes.includes(request.mediaType ?? '');
}

export function isForm({ mediaType }: FastifyRequest): boolean {
  return mediaType === formType;
}

/** The body of a request that is one file. @throws HttpError unsupported-media-type: it is something else, or nothing */
export function oneFile(request: FastifyRequest, { maxUploadBytes }: UploadLimits): Readable {
  if (hasFiles(request) && !isForm(request)) return limitedBytes(request.body as Readable, maxUploadBytes);
  throw new HttpError('unsupported-media-type', `send files as ${[formType, ...fileTypes].join(', ')}`);
}

/**
 * Uses the files of a request while they are there.
 * @param name of a file that comes as the whole body
 * @throws DomainError malformed-body: no form, or cut off; invalid-request: a field that is no file; what `use` throws
 */
export async function withFiles<Result>(
  request: FastifyRequest,
  name: string,
  limits: UploadLimits,
  use: (files: Upload['files']) => Promise<Result>,
): Promise<Result> {
  const upload = await openUpload(limits);
  try {
    // The length of a form is more than that of its files.
    if (isForm(request))
      await receiveForm(
        limitedBytes(request.body as Readable, 2 * limits.maxUploadBytes),
        request.headers,
        upload,
      );
    else await upload.add(name, oneFile(request, limits));
    return await use(upload.files);
  } finally {
    await upload.close();
  }
}

async function receiveForm(bytes: Readable, headers: IncomingHttpHeaders, upload: Upload): Promise<void> {
  try {
    await parseForm(bytes, headers, upload);
  } catch (error) {
    const isOurs = error instanceof DomainError || 'code' in (error as object);
    if (isOurs) throw error;
    throw new DomainError(
      'malformed-body',
      `the form cannot be read: ${(error as Error).message}`,
      [],
      error,
    );
  } finally {
    bytes.destroy();
  }
  if (upload.files.length > 0) return;
  throw new DomainError('invalid-request', 'the form holds no file', [
    { path: 'body', message: 'holds no file' },
  ]);
}

/**
 * Files are kept one after another, while the form goes on; whatever fails first ends all of it. The parser tells some
 * errors twice and some only on the file it is at, so listeners stay until the end.
 */
async function parseForm(body: Readable, headers: IncomingHttpHeaders, upload: Upload): Promise<void> {
  const form = new Busboy({ headers: headers as { 'content-type': string }, preservePath: true });
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const open = new Set<BusboyFileStream>();
  /** What was begun and is not kept yet, in its order. */
  const files: Promise<void>[] = [];
  form.on('error', fail);
  form.on('field', (field) => fail(strayField(field)));
  form.on('file', (field, bytes, filename) => {
    open.add(bytes);
    bytes.on('error', fail).on('close', () => open.delete(bytes));
    const before = files.at(-1);
    const kept = (async () => {
      await before;
      await upload.add(toPath(filename ?? field), bytes);
    })();
    kept.catch(fail);
    files.push(kept);
  });
  try {
    for await (const chunk of body) {
      await Promise.race([write(form, chunk), failed]);
      // Small files end within a chunk: they are kept before the next one comes, or they would gather in memory.
      await Promise.race([Promise.all(files.splice(0, files.length - 1)), failed]);
    }
    const finished = once(form, 'finish');
    finished.catch(() => {});
    form.end();
    await Promise.race([finished, failed]);
    await Promise.race([Promise.all(files), failed]);
  } finally {
    for (const file of open) file.destroy(new Error('the form was given up'));
    await Promise.allSettled(files);
  }
}

function write(form: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    form.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function strayField(field: string): DomainError {
  return new DomainError(
    'invalid-request',
    `the form field "${field}" is no file: parameters go into the query`,
    [{ path: field, message: 'is not a file' }],
  );
}

/** Names are shown and looked into, nothing is written by them. */
function toPath(name: string): string {
  return name
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '')
    .slice(0, 1024);
}
