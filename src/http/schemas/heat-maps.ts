import { z } from 'zod';
import type { HeatMapView } from '../../services/heat-maps.ts';
import { figure } from './answers.ts';
import { answeredScoreRange, toWireScoreRange } from './benchmarks.ts';
import { benchmarkName, count, queryCount, revision } from './primitives.ts';

const maxRows = 2000;
const maxColumns = 16_384;
const maxCells = 16_777_216;

export const heatMapQuery = z
  .strictObject({
    rows: queryCount(maxRows)
      .default(500)
      .meta({ description: `Rows at most, up to ${maxRows}.` }),
    columns: queryCount(maxColumns)
      .default(1000)
      .meta({ description: `Columns at most, up to ${maxColumns}; rows x columns up to ${maxCells}.` }),
  })
  .refine(({ rows, columns }) => rows * columns <= maxCells, {
    path: ['rows'],
    message: `rows x columns must be at most ${maxCells}`,
  });

export const heatMap = z
  .object({
    benchmark: benchmarkName,
    revision,
    score_range: answeredScoreRange,
    model_count: count,
    item_count: count.meta({ description: 'Items with a score; others are left out.' }),
    rows: count.meta({
      description:
        'Row r of R is models floor(r M / R) up to, not including, floor((r + 1) M / R); columns likewise.',
    }),
    columns: count,
    models: z
      .array(
        z.object({
          model: z.string(),
          mean_score: z.number().meta({ description: 'Mean of the scores that are there.' }),
        }),
      )
      .meta({ description: 'All of them, best first; equal ones by name.' }),
    items: z.array(z.string()).nullable().meta({
      description:
        'Easiest first, equal ones in the order in which they came; null where a column is more than one item.',
    }),
    difficulties: z
      .array(z.number())
      .meta({ description: 'Mean of the scores in each column, score units: high = easy.' }),
    cells: z.string().meta({
      contentEncoding: 'base64',
      description:
        'rows x columns bytes, row by row: 0 to 254 = lowest to highest mean score of the bin, 255 = no score in it.',
    }),
  })
  .meta({ id: 'HeatMap' });

export function toWireHeatMap(view: HeatMapView): z.infer<typeof heatMap> {
  const { buffer, byteOffset, byteLength } = view.cells;
  return {
    benchmark: view.benchmark,
    revision: view.revision,
    score_range: toWireScoreRange(view.scoreRange),
    model_count: view.models.length,
    item_count: view.itemCount,
    rows: view.rows,
    columns: view.columns,
    models: view.models.map(({ model, meanScore }) => ({ model, mean_score: figure(meanScore) })),
    items: view.items && [...view.items],
    difficulties: view.difficulties.map(figure),
    cells: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  };
}
