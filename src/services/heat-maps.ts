import { drawHeatMap, type HeatMap } from '../estimation/heat-map.ts';
import { fromUnit, type ScoreRange } from '../scores/score-range.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import type { Histories } from './histories.ts';
import { orderHistory } from './ordered-histories.ts';

/** A history at a glance. */
export interface HeatMapView extends Pick<HeatMap, 'rows' | 'columns' | 'cells'> {
  readonly benchmark: string;
  readonly revision: number;
  readonly scoreRange: ScoreRange;
  /** All of them, best first; the mean is of the scores that are there, score units. */
  readonly models: readonly { readonly model: string; readonly meanScore: number }[];
  /** Items with a score. */
  readonly itemCount: number;
  /** Easiest first; null where a column is more than one item. */
  readonly items: readonly string[] | null;
  /** columns: mean of the scores in each, score units. */
  readonly difficulties: readonly number[];
}

export interface HeatMaps {
  /** @param most rows and columns to bin the history to; there are never more than models and scored items */
  of(
    benchmark: Pick<Benchmark, 'id' | 'name' | 'revision'>,
    most: Pick<HeatMap, 'rows' | 'columns'>,
  ): Promise<HeatMapView>;
}

export function createHeatMaps(histories: Histories): HeatMaps {
  return {
    async of(benchmark, most) {
      const loaded = await histories.load(benchmark);
      const { revision, scoreRange, matrix, scoredPositions } = loaded;
      const { sources, models, items } = orderHistory(loaded);
      const { history, summary, modelNames } = sources;
      const rowsOf = models.map((m) => history.models[m]);
      const positions = items.map((item) => history.population[item]);
      const { rows, columns, cells, columnMeans } = drawHeatMap(matrix, rowsOf, positions, most);
      const toScore = (unit: number) => fromUnit(unit, scoreRange);
      return {
        benchmark: benchmark.name,
        revision,
        scoreRange,
        rows,
        columns,
        cells,
        models: Array.from(models, (m) => ({
          model: modelNames[m],
          meanScore: toScore(summary.modelMeans[m]),
        })),
        itemCount: scoredPositions.length,
        items:
          columns < positions.length
            ? null
            : Array.from(positions, (position) => loaded.items[position].item),
        difficulties: Array.from(columnMeans, toScore),
      };
    },
  };
}
