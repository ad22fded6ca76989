/**
 * The benchmarks that a caller may know of, by name; null = all. What belongs to another one is to him as if it were not
 * there: services look it up with his access, and say what they say of an id that nobody ever gave.
 */
export type Access = ReadonlySet<string> | null;

/** Of the service itself. */
export const everything: Access = null;

export function isWithin(access: Access, benchmark: string): boolean {
  return access === null || access.has(benchmark);
}
