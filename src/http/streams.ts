import type { Readable } from 'node:stream';
import { DomainError } from '../errors.ts';

/**
 * The bytes of a body as they arrive, at most so many. Leaving early does not destroy the request: its connection is
 * still needed for the answer.
 * @throws DomainError too-large
 */
export async function* limitedBytes(body: Readable, maxBytes: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > maxBytes) throw new DomainError('too-large', `the body is larger than ${maxBytes} bytes`);
    yield chunk;
  }
}
