import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { HttpError } from './http-error.ts';

/**
 * Takes gzipped bodies on every route. By hand, since a pipeline would tear down the connection with the failed stream
 * and the client would never see the answer.
 */
export function acceptGzip(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const encoding = request.headers['content-encoding']?.toLowerCase();
    if (encoding === undefined || encoding === 'identity') return payload;
    if (encoding !== 'gzip' && encoding !== 'x-gzip') {
      throw new HttpError(
        'unsupported-media-type',
        `the content encoding "${encoding}" is not taken, gzip is`,
      );
    }
    return gunzip(payload as Readable);
  });
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
