import { DomainError, type ErrorCode } from '../errors.ts';

/** A complaint about one place of the input. */
export function complaint(code: ErrorCode, path: string, message: string): DomainError {
  return new DomainError(code, `${path}: ${message}; nothing was stored`, [{ path, message }]);
}
