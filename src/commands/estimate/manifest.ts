import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DomainError } from '../../errors.ts';
import { CallerError } from '../failures.ts';

interface Result {
  readonly item: string;
  readonly score: number;
}

export interface WeightedResult extends Result {
  readonly inclusionProbability?: number | undefined;
}

const manifestSchema = z.object({
  items: z.array(z.object({ item: z.string(), inclusion_probability: z.number().gt(0).max(1).nullable() })),
});

/** With what probability each item of a core set was drawn; null: chosen on purpose, under no probability. */
export type Manifest = ReadonlyMap<string, number | null>;

/** @throws CallerError the file cannot be read, or is no manifest of a core set */
export function readManifest(path: string): Manifest {
  const parsed = manifestSchema.safeParse(parse(path));
  if (!parsed.success) {
    const issues = parsed.error.issues
      .slice(0, 20)
      .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    throw new CallerError(`${path} is no manifest of a core set`, issues);
  }
  return new Map(parsed.data.items.map(({ item, inclusion_probability: chance }) => [item, chance]));
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CallerError(`${path} cannot be read: ${(error as Error).message}`, [], error);
  }
}

/**
 * Results with the probabilities that their items were drawn with.
 * @throws DomainError unknown-item: results on items that the core set has not, naming them
 */
export function weigh(results: readonly Result[], manifest: Manifest): WeightedResult[] {
  const strangers = results.filter(({ item }) => !manifest.has(item));
  if (strangers.length > 0) {
    const named = strangers
      .slice(0, 5)
      .map(({ item }) => `"${item}"`)
      .join(', ');
    throw new DomainError(
      'unknown-item',
      `${strangers.length} of ${results.length} results are on items that are not in the manifest: ${named}`,
    );
  }
  return results.map((result) => ({
    ...result,
    inclusionProbability: manifest.get(result.item) ?? undefined,
  }));
}

/** Items of the core set without a result. */
export function unobserved(manifest: Manifest, results: readonly Result[]): string[] {
  const observed = new Set(results.map(({ item }) => item));
  return [...manifest.keys()].filter((item) => !observed.has(item));
}
