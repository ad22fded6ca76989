import { finished, type Readable, Transform } from 'node:stream';
import { DomainError } from '../errors.ts';

/**
 * The bytes of a body as they arrive, at most so many; fails with `too-large` beyond. Piped by hand: giving up half-way
 * must not destroy the request, whose connection is still needed for the answer.
 */
export function limitedBytes(body: Readable, maxBytes: number): Readable {
  let received = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received <= maxBytes) done(null, chunk);
      else done(new DomainError('too-large', `the body is larger than ${maxBytes} bytes`));
    },
  });
  // Nobody may be reading when either fails.
  limited.on('error', () => {});
  finished(body, { writable: false }, (error) => {
    if (error) limited.destroy(error);
  });
  return body.pipe(limited);
}
