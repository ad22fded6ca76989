import { randomBytes } from 'node:crypto';

/** An id that nobody guesses; the prefix tells a reader of logs what it names. */
export function createId(prefix: 'cs' | 'ev' | 'bt'): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}
