import { randomFillSync } from 'node:crypto';

const idBytes = 12;
/** Asking the system for a few random bytes takes as long as for many. */
const pool = Buffer.alloc(256 * idBytes);
let next = pool.length;

/** An id that nobody guesses; the prefix tells a reader of logs what it names. */
export function createId(prefix: 'cs' | 'ev' | 'bt'): string {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  next += idBytes;
  return `${prefix}_${pool.toString('hex', next - idBytes, next)}`;
}
