import { evaluationNotFound, type StoredEvaluation } from '../storage/evaluations.ts';
import type { Stores } from '../storage/open-stores.ts';
import { type Access, isWithin } from './access.ts';

/** @throws DomainError evaluation-not-found: it is not there, or not for this caller */
export async function findEvaluation(
  { evaluations, benchmarks }: Pick<Stores, 'evaluations' | 'benchmarks'>,
  id: string,
  access: Access,
): Promise<StoredEvaluation> {
  const stored = await evaluations.get(id);
  if (access === null) return stored;
  const benchmark = await benchmarks.byId(stored.benchmarkId);
  if (benchmark === undefined || !isWithin(access, benchmark.name)) throw evaluationNotFound(id);
  return stored;
}
