import type { FastifyRequest } from 'fastify';
import type { Benchmark } from '../storage/benchmarks.ts';
import { version } from '../version.ts';

/**
 * Names what an answer was made of: nothing but the history of a benchmark, and this version of the service. Weak, as
 * the same answer goes out compressed and plain; with the time, as a deleted benchmark's name may be taken again.
 */
export function historyTag({ createdAt, revision }: Pick<Benchmark, 'createdAt' | 'revision'>): string {
  return `W/"${version}-${Date.parse(createdAt)}-${revision}"`;
}

/** Whether the client has what goes by this tag (RFC 9110, section 13.1.2: weak comparison). */
export function hasTag({ headers }: FastifyRequest, tag: string): boolean {
  const known = headers['if-none-match'] ?? '';
  return known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag.replace(/^W\//, ''));
}
