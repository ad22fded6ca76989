import type { CoreSample } from '../../src/estimation/core-sample.ts';
import type { PurposiveDesignName } from '../../src/estimation/designs/names.ts';
import type { PurposiveDesign } from '../../src/estimation/designs/purposive-design.ts';
import { createRandomSearch } from '../../src/estimation/designs/random-search.ts';
import { purposiveDesigns } from '../../src/estimation/designs/registry.ts';
import type { MethodName } from '../../src/estimation/estimators/names.ts';
import { estimators } from '../../src/estimation/estimators/registry.ts';
import { noGroups, type Sources, summariseHistory } from '../../src/estimation/history.ts';
import { createRandom, indexRange } from '../../src/estimation/numeric/random.ts';
import { type CoreSetInput, prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { simulateBenchmark } from '../../src/simulation/simulate-benchmark.ts';
import { drawnFrom } from '../../test/support/designs.ts';
import { datasetNames, readMatrix } from '../../test/support/shared.ts';
import { besideRecorded, once, repeated } from './measure.ts';
import { type RecordedTime, readRecordedTimes, recordedIrt } from './recorded.ts';
import { progress, type Row, speedupRow, unmatchedRow } from './report.ts';

/** A quarter of the 448 models are targets. */
const sourceModels = 336;
const syntheticItems = 12_032;
const recordedSearches = 200;

/** A method of the paper on core sets of its own, and what its fit and one prediction are held against. */
interface MethodCase {
  readonly method: MethodName;
  readonly data: 'synthetic' | 'ifeval';
  /** Drawn at random where there is none. */
  readonly design?: PurposiveDesignName;
  /** As the record calls it. */
  readonly recorded: string;
  /** How many times as fast it is to be. */
  readonly atLeast?: number;
  /** Takes a second and more. */
  readonly isLong?: boolean;
}

const cases: readonly MethodCase[] = [
  { method: 'random-sampling', data: 'synthetic', recorded: 'random_sampling' },
  { method: 'random-sampling-learn', data: 'synthetic', recorded: 'random_sampling_and_learn' },
  {
    method: 'random-search-learn',
    data: 'synthetic',
    design: 'random-search',
    recorded: 'random_search_and_learn (200 searches; paper 10000)',
    atLeast: 3,
  },
  { method: 'pca', data: 'synthetic', recorded: 'pca', isLong: true, atLeast: 5 },
  {
    method: 'double-optimize',
    data: 'synthetic',
    design: 'double-optimize',
    recorded: 'double_optimize',
    atLeast: 1,
  },
  {
    method: 'anchor-points-weighted',
    data: 'synthetic',
    design: 'anchor-points',
    recorded: 'anchor_points_weighted (stand-in k-medoids)',
    isLong: true,
    atLeast: 1,
  },
  {
    method: 'anchor-points-predictor',
    data: 'synthetic',
    design: 'anchor-points-absolute',
    recorded: 'anchor_points_predictor (stand-in k-medoids)',
    isLong: true,
    atLeast: 5,
  },
  { method: 'lasso', data: 'ifeval', design: 'lasso', recorded: 'lasso', atLeast: 5 },
  { method: 'p-irt', data: 'ifeval', design: 'irt-clusters', recorded: 'p-irt', isLong: true, atLeast: 5 },
  { method: 'gp-irt', data: 'ifeval', design: 'irt-clusters', recorded: 'gp-irt', isLong: true, atLeast: 5 },
];

/** The eleven methods of the paper against its own Python code, as that was recorded on two cores. */
export async function methodRows(size: number): Promise<Row[]> {
  const times = withIrt(readRecordedTimes(), size);
  const histories = { synthetic: simulateSources(syntheticItems), ifeval: ifevalSources() };
  const rows = await aipwRows(histories.synthetic, size, times);
  for (const one of cases) {
    const sources = histories[one.data];
    progress(`${one.method}, n = ${size}`);
    const recorded = times.get(`${one.data} ${one.recorded} ${size}`);
    const ours = once(() => fitAndPredict(one, { ...sources, summary: { ...sources.summary } }, size));
    const named = {
      path: `${one.method}: choose, fit, predict`,
      size: `${sourceModels} x ${sources.history.population.length.toLocaleString('en')}, n = ${size}`,
      referenceName: recorded ? "paper's Python, recorded" : 'not recorded',
    };
    // So that the first run does not compile what the others find compiled, where that would show.
    if (one.isLong !== true) await ours();
    const reference = recorded && recorded.fitMilliseconds + recorded.targetMilliseconds;
    const runs = await besideRecorded(ours, reference ?? Number.NaN);
    rows.push(recorded ? speedupRow(named, runs, one.atLeast) : unmatchedRow(named, runs.ours));
  }
  return rows;
}

/** Its whole work is done for one target at a time there. */
async function aipwRows(
  sources: Sources,
  size: number,
  times: ReadonlyMap<string, RecordedTime>,
): Promise<Row[]> {
  const { items, inclusion } = drawnFrom(sources, 'balanced', size, createRandom(1));
  const input: CoreSetInput = { ...sources, items, inclusion };
  const prepared = prepareCoreSet(input);
  const scores = answersOn(prepared.sample);
  const recorded = times.get(`synthetic aipw ${size}`)?.targetMilliseconds;
  const rows: Row[] = [];
  for (const [path, atLeast, work] of [
    ['aipw: one target', 200, () => prepared.aipw.estimate(scores).value],
    ['aipw: prepare, one target', undefined, () => prepareCoreSet(input).aipw.estimate(scores).value],
  ] as const) {
    const named = {
      path,
      size: `${sourceModels} x ${syntheticItems.toLocaleString('en')}, n = ${size}`,
      referenceName: recorded === undefined ? 'not recorded' : "paper's Python, recorded",
    };
    const runs = await besideRecorded(repeated(work), recorded ?? Number.NaN, 5);
    rows.push(recorded === undefined ? unmatchedRow(named, runs.ours) : speedupRow(named, runs, atLeast));
  }
  return rows;
}

function fitAndPredict({ method, design }: MethodCase, sources: Sources, size: number): number {
  const sample = prepareSample(design, sources, size);
  const { value } = estimators[method].fit(sample).estimate(answersOn(sample));
  if (!Number.isFinite(value)) throw new Error(`${method} answered ${value}`);
  return value;
}

function prepareSample(design: PurposiveDesignName | undefined, sources: Sources, size: number): CoreSample {
  if (design === undefined) {
    const { items, inclusion } = drawnFrom(sources, 'balanced', size, createRandom(1));
    return prepareCoreSet({ ...sources, items, inclusion }).sample;
  }
  const { items, learned } = designOf(design).select(sources, size, createRandom(1), () => {});
  return prepareCoreSet({ ...sources, items, inclusion: null, design, learned }).sample;
}

/** Random search as many times as was recorded. */
function designOf(name: PurposiveDesignName): PurposiveDesign {
  return name === 'random-search' ? createRandomSearch(recordedSearches) : purposiveDesigns[name];
}

function answersOn({ nItems, nModels, sourceScores }: CoreSample): Float64Array {
  return Float64Array.from({ length: nItems }, (_, i) => sourceScores[i * nModels + (i % 3)]);
}

function simulateSources(items: number): Sources {
  const { scores } = simulateBenchmark({ models: sourceModels, items, groups: 5, seed: 12_345 });
  return sourcesOf(scores, items);
}

/** The real matrix where it is at hand. */
function ifevalSources(): Sources {
  if (!datasetNames.includes('ifeval')) return simulateSources(541);
  const { matrix } = readMatrix('ifeval');
  return sourcesOf(matrix.cells, matrix.nItems);
}

function sourcesOf(cells: Uint8Array | Float64Array, nItems: number): Sources {
  const history = {
    matrix: { nModels: cells.length / nItems, nItems, cells },
    models: indexRange(sourceModels),
    population: indexRange(nItems),
    groups: noGroups,
  };
  return { history, summary: summariseHistory(history) };
}

function withIrt(times: ReadonlyMap<string, RecordedTime>, size: number): ReadonlyMap<string, RecordedTime> {
  if (times.size === 0 || size !== 50) return times;
  const { fitMilliseconds, gpIrtTimes } = recordedIrt;
  return new Map([
    ...times,
    ['ifeval p-irt 50', { fitMilliseconds, targetMilliseconds: 0 }],
    ['ifeval gp-irt 50', { fitMilliseconds: gpIrtTimes * fitMilliseconds, targetMilliseconds: 0 }],
  ]);
}
