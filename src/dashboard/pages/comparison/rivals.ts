import { allOf, answerOf, api, type Wire } from '../../api/client.ts';

type Evaluation = Wire['Evaluation'];

/** What there is to choose from. */
export interface Rivals {
  readonly benchmarks: readonly Wire['Benchmark'][];
  /** The one chosen; null before that. */
  readonly benchmark: Wire['Benchmark'] | null;
  /** Model A; null before it is chosen. */
  readonly first: Evaluation | null;
  /** Newest first. */
  readonly evaluations: readonly Evaluation[];
  /** Evaluations that A can be compared with. */
  readonly partners: readonly Evaluation[];
  /** The history, best first. */
  readonly models: readonly Wire['Model'][];
}

/** The newest evaluations are enough to choose from; an older one can be given by its address. */
export async function readRivals(name: string | undefined, first: Evaluation | null): Promise<Rivals> {
  const benchmarks = await allOf((query) => answerOf(api.GET('/v1/benchmarks', { params: { query } })));
  const benchmark = benchmarks.find((other) => other.name === name) ?? null;
  if (benchmark === null) {
    return { benchmarks, benchmark, first, evaluations: [], partners: [], models: [] };
  }
  const path = { benchmark: benchmark.name };
  const [evaluations, coreSets, models] = await Promise.all([
    answerOf(api.GET('/v1/benchmarks/{benchmark}/evaluations', { params: { path, query: { limit: 500 } } })),
    allOf((query) => answerOf(api.GET('/v1/benchmarks/{benchmark}/core-sets', { params: { path, query } }))),
    allOf((query) => answerOf(api.GET('/v1/benchmarks/{benchmark}/models', { params: { path, query } }))),
  ]);
  const parents = new Map(coreSets.map(({ id, extends: parent }) => [id, parent]));
  return {
    benchmarks,
    benchmark,
    first,
    evaluations: withFirst(evaluations.data, first),
    partners: evaluations.data.filter((other) => first !== null && areComparable(first, other, parents)),
    models: models.toSorted((one, other) => other.mean_score - one.mean_score),
  };
}

function withFirst(evaluations: readonly Evaluation[], first: Evaluation | null): readonly Evaluation[] {
  const isThere = first === null || evaluations.some(({ id }) => id === first.id);
  return isThere ? evaluations : [first, ...evaluations];
}

/** The core set that each one extends. */
type Parents = ReadonlyMap<string, string | null>;

/** On one core set, or on two of which one contains the other. */
function areComparable(one: Evaluation, other: Evaluation, parents: Parents): boolean {
  if (one.id === other.id) return false;
  return contains(one.core_set, other.core_set, parents) || contains(other.core_set, one.core_set, parents);
}

function contains(larger: string, smaller: string, parents: Parents): boolean {
  for (let id: string | null | undefined = larger; id; id = parents.get(id)) if (id === smaller) return true;
  return false;
}
