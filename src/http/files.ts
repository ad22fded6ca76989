import { on } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../errors.ts';
import { maxUploadBytes, openUpload, type Upload } from '../services/uploads.ts';
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
export function oneFile(request: FastifyRequest): Readable {
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
  use: (files: Upload['files']) => Promise<Result>,
): Promise<Result> {
  const upload = await openUpload();
  try {
    if (isForm(request)) await receiveForm(request.body as Readable, request.headers, upload);
    else await upload.add(name, oneFile(request));
    return await use(upload.files);
  } finally {
    await upload.close();
  }
}

async function receiveForm(body: Readable, headers: IncomingHttpHeaders, upload: Upload): Promise<void> {
  try {
    const form = new Busboy({ headers: headers as { 'content-type': string }, preservePath: true });
    form.on('field', (field) => form.emit('error', strayField(field)));
    const parts = on(form, 'file', { close: ['finish'] });
    body.on('error', (error) => form.emit('error', error));
    body.pipe(form);
    for await (const [field, bytes, filename] of parts) {
      await upload.add(toPath(filename ?? field), bytes as Readable);
    }
  } catch (error) {
    body.unpipe();
    if (error instanceof DomainError || 'code' in (error as object)) throw error;
    throw new DomainError(
      'malformed-body',
      `the form cannot be read: ${(error as Error).message}`,
      [],
      error,
    );
  }
  if (upload.files.length === 0) {
    throw new DomainError('invalid-request', 'the form holds no file', [
      { path: 'body', message: 'holds no file' },
    ]);
  }
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
