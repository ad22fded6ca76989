import { z } from 'zod';
import { defaultThresholds } from '../../estimation/similarity/similarity.ts';
import { defaultScoreRange, type ScoreRange } from '../../scores/score-range.ts';
import type { BenchmarkOverview, BenchmarkSettings } from '../../storage/benchmarks.ts';
import { benchmarkName, count, revision, timestamp } from './primitives.ts';

const maxScore = 1e9;
const minScoreSpan = 1e-6;

const scoreBound = z.number().min(-maxScore).max(maxScore);

const scoreRange = z
  .tuple([scoreBound, scoreBound])
  .refine(
    ([low, high]) => high - low >= minScoreSpan,
    `the upper end must be at least ${minScoreSpan} above the lower end`,
  )
  .meta({ description: 'Lowest and highest score of an item.', examples: [[0, 1]] });

const similarityThresholds = z
  .strictObject({ low: z.number().min(-1).max(1), high: z.number().min(-1).max(1) })
  .refine(({ low, high }) => low < high, 'low must be below high')
  .meta({
    description: 'Similarity is low below `low`, high from `high` on.',
    examples: [defaultThresholds],
  });

export const benchmarkSettings = z
  .strictObject({
    title: z.string().max(200).nullish(),
    description: z.string().max(10_000).nullish(),
    score_range: scoreRange.optional(),
    similarity_thresholds: similarityThresholds.optional(),
  })
  .default({})
  .meta({
    id: 'BenchmarkSettings',
    description: 'All settings of a benchmark; what is left out takes its default.',
    examples: [{ title: 'GSM8K', score_range: [0, 1] }],
  });

export const answeredScoreRange = z.array(z.number()).length(2);

export const benchmark = z
  .object({
    name: benchmarkName,
    title: z.string().nullable(),
    description: z.string().nullable(),
    score_range: answeredScoreRange,
    similarity_thresholds: z.object({ low: z.number(), high: z.number() }),
    item_count: count,
    model_count: count,
    cell_count: count.meta({ description: 'Scores stored.' }),
    missing_share: z
      .number()
      .min(0)
      .max(1)
      .meta({ description: 'Share of the models x items matrix without a score.' }),
    groups: z.array(z.object({ name: z.string(), item_count: count })),
    revision,
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Benchmark' });

export function toSettings(body: z.infer<typeof benchmarkSettings>): BenchmarkSettings {
  const { score_range: range, similarity_thresholds: thresholds } = body;
  return {
    title: body.title ?? null,
    description: body.description ?? null,
    scoreRange: range === undefined ? defaultScoreRange : { low: range[0], high: range[1] },
    similarityThresholds: thresholds ?? defaultThresholds,
  };
}

export function toWireScoreRange({ low, high }: ScoreRange): z.infer<typeof answeredScoreRange> {
  return [low, high];
}

export function toWireBenchmark(overview: BenchmarkOverview): z.infer<typeof benchmark> {
  const cells = overview.itemCount * overview.modelCount;
  return {
    name: overview.name,
    title: overview.title,
    description: overview.description,
    score_range: toWireScoreRange(overview.scoreRange),
    similarity_thresholds: overview.similarityThresholds,
    item_count: overview.itemCount,
    model_count: overview.modelCount,
    cell_count: overview.cellCount,
    missing_share: cells === 0 ? 0 : 1 - overview.cellCount / cells,
    groups: overview.groups.map(({ name, itemCount }) => ({ name, item_count: itemCount })),
    revision: overview.revision,
    created_at: overview.createdAt,
    updated_at: overview.updatedAt,
  };
}
