import type { CoreSample } from '../../src/estimation/core-sample.ts';
import {
  defaultDesign,
  probabilityDesignNames,
  purposiveDesignNames,
} from '../../src/estimation/designs/names.ts';
import { purposiveDesigns } from '../../src/estimation/designs/registry.ts';
import { estimators, methodsFor } from '../../src/estimation/estimators/registry.ts';
import type { Sources } from '../../src/estimation/history.ts';
import { createRandom } from '../../src/estimation/numeric/random.ts';
import { type CoreSetInput, prepareCoreSet } from '../../src/estimation/prepared-core-set.ts';
import { drawnFrom } from '../../test/support/designs.ts';
import { listShared, readShared } from '../../test/support/shared.ts';
import { simulateCase } from './core-set-case.ts';
import { progress, type Row, speedupRow, unmatchedRow } from './report.ts';

const models = 336;
const items = 12_032;
const sizes = [50, 200];

/** Of the paper's methods: which of ours does what its fit did. */
const recordedFits: Readonly<Record<string, { readonly method: string; readonly searches?: number }>> = {
  'random-search': { method: 'random_search_and_learn (200 searches; paper 10000)', searches: 50 },
  lasso: { method: 'lasso' },
  'double-optimize': { method: 'double_optimize' },
  'anchor-points': { method: 'anchor_points_weighted (stand-in k-medoids)' },
  'anchor-points-absolute': { method: 'anchor_points_predictor (stand-in k-medoids)' },
};

const recordedTargets: Readonly<Record<string, string>> = {
  'random-sampling-learn': 'random_sampling_and_learn',
  pca: 'pca',
  aipw: 'aipw',
  lasso: 'lasso',
  'double-optimize': 'double_optimize',
  'anchor-points-weighted': 'anchor_points_weighted (stand-in k-medoids)',
  'anchor-points-predictor': 'anchor_points_predictor (stand-in k-medoids)',
};

/** Every design and every method once, on 336 sources x 12,032 items (448 models, a quarter of them targets). */
export async function costRows(): Promise<Row[]> {
  const simulated = simulateCase(models, items, sizes[0]);
  const { history, summary } = simulated.input;
  const recorded = readTimings();
  return sizes.flatMap((size) => [
    ...drawRows({ history, summary }, size, recorded),
    ...selectRows({ history, summary }, size, recorded),
  ]);
}

function drawRows(sources: Sources, size: number, recorded: Timings): Row[] {
  return probabilityDesignNames.flatMap((design) => {
    progress(`${design}, n = ${size}`);
    const [draw, milliseconds] = timed(() => drawnFrom(sources, design, size, createRandom(1)));
    const row = unmatchedRow(
      { path: `draw ${design}`, size: sizeText(size), referenceName: '-' },
      milliseconds,
    );
    if (design !== defaultDesign) return [row];
    const input: CoreSetInput = { ...sources, items: draw.items, inclusion: draw.inclusion };
    return [row, ...methodRows(input, size, recorded)];
  });
}

function selectRows(sources: Sources, size: number, recorded: Timings): Row[] {
  return purposiveDesignNames.flatMap((design) => {
    progress(`${design}, n = ${size}`);
    const [selection, milliseconds] = timed(() =>
      purposiveDesigns[design].select(sources, size, createRandom(1), () => {}),
    );
    const fit = recordedFits[design];
    const seconds = fit && recorded.get(`${fit.method} ${size}`)?.fitSeconds;
    const named = {
      path: `choose ${design}`,
      size: sizeText(size),
      referenceName: "paper's Python, recorded",
    };
    const row =
      seconds === undefined
        ? unmatchedRow({ ...named, referenceName: 'not recorded' }, milliseconds)
        : speedupRow(named, milliseconds, 1000 * seconds * (fit.searches ?? 1));
    const { items: chosen, learned } = selection;
    const input: CoreSetInput = { ...sources, items: chosen, inclusion: null, design, learned };
    return [row, ...methodRows(input, size, recorded)];
  });
}

/** The methods that belong to a core set: their fit, once, and one target. */
function methodRows(input: CoreSetInput, size: number, recorded: Timings): Row[] {
  const prepared = prepareCoreSet(input);
  const common = methodsFor(null);
  const methods = input.design
    ? methodsFor(input.design).filter((method) => !common.includes(method))
    : ([...common, 'pca'] as const);
  return methods.flatMap((method) => {
    const [fitted, fitMilliseconds] = timed(() => estimators[method].fit(prepared.sample));
    const scores = answersOn(prepared.sample);
    fitted.estimate(scores);
    const [, milliseconds] = timed(() => fitted.estimate(scores));
    const name = recordedTargets[method];
    const single = name === undefined ? undefined : recorded.get(`${name} ${size}`)?.singleMilliseconds;
    const named = {
      path: `${method}: one target`,
      size: sizeText(size),
      referenceName: "paper's Python, recorded",
    };
    return [
      unmatchedRow({ path: `${method}: fit`, size: sizeText(size), referenceName: '-' }, fitMilliseconds),
      single === undefined
        ? unmatchedRow({ ...named, referenceName: 'not recorded' }, milliseconds)
        : speedupRow(named, milliseconds, single),
    ];
  });
}

function answersOn({ nItems, nModels, sourceScores }: CoreSample): Float64Array {
  return Float64Array.from({ length: nItems }, (_, i) => sourceScores[i * nModels + (i % 3)]);
}

function sizeText(size: number): string {
  return `${models} x ${items.toLocaleString('en')}, n = ${size}`;
}

function timed<Result>(work: () => Result): [Result, number] {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}

type Timings = ReadonlyMap<string, { readonly fitSeconds: number; readonly singleMilliseconds: number }>;

/** The rows of the recorded table for this very shape, by method and n; empty where it is not at hand. */
function readTimings(): Timings {
  if (listShared('golden', 'timing.md').length === 0) return new Map();
  const rows = readShared('golden', 'timing.md')
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, data]) => data?.startsWith('synthetic'));
  return new Map(
    rows.map(([, , , size, method, , fit, , single]) => [
      `${method} ${size}`,
      { fitSeconds: Number.parseFloat(fit), singleMilliseconds: Number(single) },
    ]),
  );
}
