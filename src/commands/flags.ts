import { DomainError } from '../errors.ts';

/** A misspelt flag must not pass unnoticed. */
export function refuseFlags(given: readonly string[], known: readonly string[]): void {
  const stranger = given.find((flag) => !known.includes(flag));
  if (stranger === undefined) return;
  const choice = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  throw new DomainError('invalid-configuration', `the flag ${stranger} is not known here; ${choice}`);
}
