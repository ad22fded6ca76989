import { DomainError } from '../../errors.ts';

/**
 * A complaint about one place of a log.
 * @param place the file, and where in it: `a.jsonl, line 3`
 */
export function unreadable(place: string, message: string, cause?: unknown): DomainError {
  const detail = `${place}: ${message}; nothing was stored`;
  return new DomainError('unreadable-log', detail, [{ path: place, message }], cause);
}

/**
 * What a library that reads a format throws where the file is damaged: plain errors, without a code of the system's.
 * @param what the file should be
 */
export function asUnreadable(error: unknown, place: string, what: string): unknown {
  const isOfReader = error instanceof Error && error.constructor === Error && !('code' in error);
  return isOfReader ? unreadable(place, `is not a whole ${what} (${error.message})`, error) : error;
}
