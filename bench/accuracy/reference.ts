import type { SplitName } from '../../src/estimation/backtest/splits.ts';
import { hasShared, readShared } from '../../test/support/shared.ts';

export interface Ratio {
  readonly ratio: number;
  readonly standardError: number;
}

/** The names of the recorded table, by ours. */
const recordedNames: Readonly<Record<string, string>> = {
  'random + aipw-paper': 'aipw (write-up formula)',
  'random + random-sampling': 'random_sampling',
  'random + random-sampling-learn': 'random_sampling_and_learn',
  'random + pca': 'pca',
  'random-search + random-search-learn': 'random_search_and_learn',
  'lasso + lasso': 'lasso',
  'double-optimize + double-optimize': 'double_optimize',
  'anchor-points + anchor-points-weighted': 'anchor_points_weighted',
  'anchor-points-absolute + anchor-points-predictor': 'anchor_points_predictor',
  'irt-clusters + p-irt': 'pirt',
  'irt-clusters + gp-irt': 'gpirt',
};

/** Error ratios of the paper's own code by split and method, from its recorded gaps; undefined where those are not at hand. */
export function readReference(): Readonly<Record<SplitName, ReadonlyMap<string, Ratio>>> | undefined {
  if (!hasShared) return undefined;
  const text = readShared('golden', 'accuracy_public.md').toString('utf8');
  const ofSplit = (split: SplitName) => {
    const section = text.slice(text.indexOf(`\n## ${split}`));
    const rows = section.slice(0, section.indexOf('\nRatio to random_sampling')).split('\n');
    const cells = new Map(
      rows.map((row) => row.split('|').map((cell) => cell.trim())).map((row) => [row[1], row]),
    );
    const baseline = gapsOf(cells.get('random_sampling')!);
    return new Map(
      Object.entries(recordedNames).map(([label, name]) => [
        label,
        toRatio(gapsOf(cells.get(name)!), baseline),
      ]),
    );
  };
  return { interpolation: ofSplit('interpolation'), extrapolation: ofSplit('extrapolation') };
}

interface Gap {
  readonly mean: number;
  /** Of the mean, over seeds; 0 for what has no randomness or one seed. */
  readonly standardError: number;
}

/** A row `| method | seeds | gap ± sd | ... | mean |`. */
function gapsOf(row: readonly string[]): Gap[] {
  const seeds = row[2] === 'det.' ? 1 : Number(row[2].split('/').at(-1));
  return row.slice(3, -2).map((cell) => {
    const [mean, deviation = '0'] = cell.split('±').map((part) => part.trim());
    return { mean: Number(mean), standardError: Number(deviation) / Math.sqrt(seeds) };
  });
}

function toRatio(gaps: readonly Gap[], baseline: readonly Gap[]): Ratio {
  const ratios = gaps.map(({ mean }, k) => mean / baseline[k].mean);
  const variance = gaps.reduce((sum, gap, k) => sum + (gap.standardError / baseline[k].mean) ** 2, 0);
  return {
    ratio: ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
    standardError: Math.sqrt(variance) / gaps.length,
  };
}

/**
 * Kendall's tau of two orders of the same methods. A pair counts where both tell its methods apart by two standard errors
 * of the difference.
 */
export function kendallTau(ours: ReadonlyMap<string, Ratio>, theirs: ReadonlyMap<string, Ratio>) {
  const labels = [...theirs.keys()].filter((label) => ours.has(label));
  let agreed = 0;
  let pairs = 0;
  let left = 0;
  labels.forEach((first, k) => {
    for (const second of labels.slice(k + 1)) {
      const [mine, recorded] = [ours, theirs].map((order) =>
        difference(order.get(first)!, order.get(second)!),
      );
      if (isClose(mine) || isClose(recorded)) {
        left++;
        continue;
      }
      pairs++;
      agreed += Math.sign(mine.ratio) === Math.sign(recorded.ratio) ? 1 : -1;
    }
  });
  return { tau: agreed / pairs, pairs, left };
}

function difference(a: Ratio, b: Ratio): Ratio {
  return { ratio: a.ratio - b.ratio, standardError: Math.hypot(a.standardError, b.standardError) };
}

function isClose({ ratio, standardError }: Ratio): boolean {
  return Math.abs(ratio) < 2 * standardError;
}
