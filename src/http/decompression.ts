import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { HttpError } from './http-error.ts';

/**
 * Takes gzipped bodies on every route. By hand, since a pipeline would tear down the connection with the failed stream
 * and the client would never see the answer.
 */
export function acceptGzip(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.toLowerCase();
    if (encoding === undefined || encoding === 'identity') done(null, payload);
    else if (encoding === 'gzip' || encoding === 'x-gzip') done(null, gunzip(payload as Readable));
    else done(unknownEncoding(encoding));
  });
}

function unknownEncoding(encoding: string): HttpError {
  return new HttpError('unsupported-media-type', `the content encoding "${encoding}" is not taken, gzip is`);
}

function gunzip(payload: Readable): Readable {
  const decoded = Object.assign(createGunzip(), { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => {
    decoded.receivedEncodedLength += chunk.length;
  });
  payload.on('error', (error) => decoded.destroy(error));
  // A request that is refused before its body is read must not take the process down with it.
  decoded.on('error', () => {});
  return payload.pipe(decoded);
}
