import { createHash, type Hash } from 'node:crypto';
import { finished, type Readable, Transform } from 'node:stream';

/** A body on its way, and what tells it from others. */
export interface DigestedBody {
  /** The same bytes. */
  readonly bytes: Readable;
  /** Hexadecimal digits. @throws Error before it was read to its end */
  digest(): string;
  /** Reads what nobody else will, to no purpose but the digest. */
  readThrough(): Promise<string>;
}

/** The digest of a request without a body. */
export const emptyDigest = createHash('sha256').digest('hex');

/**
 * Digests a body as it goes by: one of gigabytes is not kept for that.
 * @param boundary of a form: clients draw another one for every try, so it does not count
 */
export function digestBody(body: Readable, boundary: string | undefined): DigestedBody {
  const hash = createHash('sha256');
  const taker = boundary === undefined ? plainTaker(hash) : takerWithout(Buffer.from(boundary), hash);
  let digest: string | undefined;
  const bytes = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      taker.take(chunk);
      done(null, chunk);
    },
    flush(done) {
      taker.end();
      digest = hash.digest('hex');
      done();
    },
  });
  // Fastify compares it with the length that was announced.
  Object.defineProperty(bytes, 'receivedEncodedLength', {
    get: () => (body as { receivedEncodedLength?: number }).receivedEncodedLength,
  });
  // Nobody may be reading when it fails.
  bytes.on('error', () => {});
  finished(body, { writable: false }, (error) => {
    if (error) bytes.destroy(error);
  });
  body.pipe(bytes);

  function digestAtEnd(): string {
    if (digest === undefined) throw new Error('the body was not read to its end');
    return digest;
  }

  return {
    bytes,
    digest: digestAtEnd,
    async readThrough() {
      if (digest === undefined)
        await new Promise((resolve, reject) => {
          finished(bytes, (error) => (error ? reject(error) : resolve(undefined)));
          bytes.resume();
        });
      return digestAtEnd();
    },
  };
}

interface Taker {
  take(chunk: Buffer): void;
  end(): void;
}

function plainTaker(hash: Hash): Taker {
  return { take: (chunk) => hash.update(chunk), end: () => {} };
}

/** Has something stand for every boundary, also where it is cut in two by the ends of chunks. */
function takerWithout(boundary: Buffer, hash: Hash): Taker {
  let rest: Buffer = Buffer.alloc(0);
  return {
    take(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let at = rest.indexOf(boundary); at >= 0; at = rest.indexOf(boundary)) {
        hash.update(rest.subarray(0, at)).update('boundary');
        rest = rest.subarray(at + boundary.length);
      }
      const end = Math.max(0, rest.length - boundary.length + 1);
      hash.update(rest.subarray(0, end));
      rest = rest.subarray(end);
    },
    end: () => {
      hash.update(rest);
    },
  };
}
