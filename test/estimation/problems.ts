import fc from 'fast-check';
import { type History, type ItemGroups, noGroups, summariseHistory } from '../../src/estimation/history.ts';
import { indexRange } from '../../src/estimation/numeric/random.ts';
import {
  type CoreSetInput,
  type PreparedCoreSet,
  prepareCoreSet,
} from '../../src/estimation/prepared-core-set.ts';
import { matrixFromArrays, type ScoreMatrix } from '../../src/scores/score-matrix.ts';

/** One target on one core set, in plain arrays and on the unit scale. */
export interface Problem {
  /** M x N: the sources' scores, null = missing. */
  readonly sources: readonly (readonly (number | null)[])[];
  /** N: the target's scores. */
  readonly target: readonly number[];
  /** N; empty where no item has a group. */
  readonly groups: readonly (string | null)[];
  /** n indices of items. */
  readonly items: readonly number[];
  /** n */
  readonly inclusion: readonly number[];
}

export interface ProblemShape {
  readonly minItems?: number;
  readonly missing?: boolean;
  readonly equalProbabilities?: boolean;
  readonly kind?: 'binary' | 'real';
}

/** Small problems of every shape: no source or one, fewer and more sources than items, one item, all items. */
export function problemArbitrary(shape: ProblemShape = {}): fc.Arbitrary<Problem> {
  const { minItems = 1, missing, equalProbabilities, kind } = shape;
  return fc
    .record({
      nModels: fc.integer({ min: 0, max: 7 }),
      nItems: fc.integer({ min: Math.max(2, minItems), max: 16 }),
      kind: kind === undefined ? fc.constantFrom('binary', 'real') : fc.constant(kind),
      missing: missing === undefined ? fc.boolean() : fc.constant(missing),
      equal: equalProbabilities === undefined ? fc.boolean() : fc.constant(equalProbabilities),
      grouped: fc.boolean(),
    })
    .chain(({ nModels, nItems, kind, missing, equal, grouped }) => {
      const score =
        kind === 'binary'
          ? fc.constantFrom(0, 1)
          : fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
      const cell = missing ? fc.option(score, { freq: 4 }) : score;
      const times = <T>(count: number, value: fc.Arbitrary<T>) =>
        fc.array(value, { minLength: count, maxLength: count });
      const target = fc.oneof(
        { weight: 8, arbitrary: times(nItems, score) },
        { weight: 1, arbitrary: fc.constant(new Array<number>(nItems).fill(0)) },
        { weight: 1, arbitrary: fc.constant(new Array<number>(nItems).fill(1)) },
      );
      const items = fc.shuffledSubarray([...indexRange(nItems)], { minLength: minItems });
      return fc
        .record({
          sources: times(nModels, times(nItems, cell)),
          target,
          groups: grouped
            ? times(nItems, fc.constantFrom('a', 'b', null))
            : fc.constant<(string | null)[]>([]),
          items,
          twentieths: times(nItems, fc.integer({ min: 1, max: 20 })),
        })
        .map(({ twentieths, ...problem }) => ({
          ...problem,
          inclusion: problem.items.map((item) =>
            equal ? problem.items.length / nItems : twentieths[item] / 20,
          ),
        }));
    });
}

/** The matrix of some rows; a matrix without rows still knows its items. */
export function matrixOf(rows: Problem['sources'], nItems: number): ScoreMatrix {
  return rows.length === 0 ? { nModels: 0, nItems, cells: new Uint8Array(0) } : matrixFromArrays(rows);
}

export function groupsOf(groups: Problem['groups']): ItemGroups {
  if (groups.length === 0) return noGroups;
  const names = [...new Set(groups)];
  return { names, ofItem: Int32Array.from(groups, (group) => names.indexOf(group)) };
}

export function historyOfProblem({ sources, target, groups }: Problem): History {
  const matrix = matrixOf(sources, target.length);
  return {
    matrix,
    models: indexRange(matrix.nModels),
    population: indexRange(matrix.nItems),
    groups: groupsOf(groups),
  };
}

export function prepareProblem(
  problem: Problem,
  probabilities?: CoreSetInput['probabilities'],
): PreparedCoreSet {
  const history = historyOfProblem(problem);
  return prepareCoreSet({
    history,
    summary: summariseHistory(history),
    items: Int32Array.from(problem.items),
    inclusion: probabilities === 'none' ? null : Float64Array.from(problem.inclusion),
    probabilities,
  });
}

/** The target's scores on the core set. */
export function observedOf({ items, target }: Problem): Float64Array {
  return Float64Array.from(items, (item) => target[item]);
}
