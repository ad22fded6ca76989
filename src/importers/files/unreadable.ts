import { DomainError } from '../../errors.ts';

/**
 * A complaint about one place of a log.
 * @param place the file, and where in it: `a.jsonl, line 3`
 */
export function unreadable(place: string, message: string, cause?: unknown): DomainError {
  const detail = `${place}: ${message}; nothing was stored`;
  return new DomainError('unreadable-log', detail, [{ path: place, message }], cause);
}
