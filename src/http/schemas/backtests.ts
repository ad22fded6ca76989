import { z } from 'zod';
import { splitNames } from '../../estimation/backtest/splits.ts';
import { designNames } from '../../estimation/designs/names.ts';
import { methodNames } from '../../estimation/estimators/names.ts';
import type { BacktestRequest } from '../../services/backtest-checks.ts';
import type { BacktestView } from '../../services/backtests.ts';
import { figure, figureOrNull } from './answers.ts';
import {
  benchmarkName,
  count,
  distinctArrayOf,
  level,
  methods,
  pageOf,
  revision,
  seed,
  timestamp,
} from './primitives.ts';

type Report = NonNullable<BacktestView['backtest']['report']>;
type Row = Report['rows'][number];
type Curve = Report['learningCurves'][number];

const maxRepeats = 1000;
const maxSizes = 20;

const split = z.enum(splitNames).meta({
  description:
    '`interpolation`: a random quarter of the models are new to the others; `extrapolation`: the best 30 % are new to the worst half, as at the frontier.',
});

export const backtestRequest = z
  .strictObject({
    splits: distinctArrayOf(split, 'split').optional(),
    designs: distinctArrayOf(z.enum(designNames), 'design').optional().meta({
      description: 'The default design if not given, or those that the methods need.',
    }),
    methods: methods.optional().meta({
      description: 'If not given, what an evaluation answers with on core sets of these designs.',
    }),
    sizes: distinctArrayOf(z.int().min(1).max(1_000_000), 'size')
      .refine((sizes) => sizes.length <= maxSizes, `must hold at most ${maxSizes} sizes`)
      .optional()
      .meta({
        description: 'Items of the core sets; if not given [50], or half of a population of fewer than 100.',
      }),
    repeats: z.int().min(1).max(maxRepeats).optional().meta({
      description: 'How often core sets are drawn anew, in interpolation also the targets; 20 if not given.',
    }),
    seed: seed.optional().meta({
      description: 'The same history, settings and seed give the same rows. Drawn if not given.',
    }),
    level: level.optional(),
    include_duplicates: z.boolean().optional().meta({
      description: 'Counts targets that equal one of their sources on every item too.',
    }),
  })
  .default({})
  .meta({ id: 'BacktestRequest', examples: [{ sizes: [20, 50, 100], repeats: 20, seed: 7 }] });

const nullableFigure = z.number().nullable();

const figures = {
  mean_absolute_error: nullableFigure,
  mean_error: nullableFigure.meta({ description: 'Mean of estimate minus truth.' }),
  ratio_to_random_sampling: nullableFigure.meta({
    description: 'Mean absolute error over that of the plain mean of a random sample of the same size.',
  }),
  coverage: nullableFigure.meta({ description: 'Share of the intervals that hold the true score.' }),
  mean_width: nullableFigure,
  effective_sample_size: nullableFigure,
  rank_agreement: nullableFigure.meta({
    description: "Kendall's tau-b of the estimated and the true order of the targets of a repeat.",
  }),
};

const row = z
  .object({
    split,
    design: z.enum(designNames),
    method: z.enum(methodNames),
    size: count,
    targets: count.meta({ description: 'Targets it answered for, over all repeats.' }),
    ...figures,
    standard_errors: z.object(figures).meta({
      description:
        'By bootstrap over the repeats: how far each figure would move had other core sets (in interpolation: and targets) been drawn. null where one repeat alone says something, or nothing is drawn.',
    }),
  })
  .meta({
    id: 'BacktestRow',
    description: 'Score units. null where nothing is known: no interval, or no target.',
  });

const curvePoint = z.object({
  size: count,
  mean_absolute_error: z.number(),
  standard_error: nullableFigure,
  half_width: z
    .object({ median: z.number(), p90: z.number() })
    .nullable()
    .meta({ description: 'Of the intervals of half and of nine of ten targets.' }),
});

const curve = z
  .object({ split, design: z.enum(designNames), method: z.enum(methodNames), points: z.array(curvePoint) })
  .meta({ id: 'LearningCurve', description: 'Error and half-width by size, from which plans are drawn.' });

export const backtestSummary = z
  .object({
    id: z.string(),
    benchmark: benchmarkName,
    status: z.enum(['pending', 'running', 'ready', 'failed', 'cancelled']).meta({
      description: '`pending`: waits for others. Only a ready one speaks for its benchmark in evaluations.',
    }),
    progress: z.number().meta({ description: 'Share of the work that is done, 0 to 1.' }),
    trials: z.object({ done: count, total: count }).meta({
      description: 'A trial is one division of the models, on which every core set is tried.',
    }),
    seconds_left: nullableFigure.meta({ description: 'As it went so far; null before that can be told.' }),
    error: z.string().nullable().meta({ description: 'Why it failed.' }),
    splits: z.array(split),
    designs: z.array(z.enum(designNames)),
    methods: z.array(z.enum(methodNames)),
    sizes: z.array(count),
    repeats: count,
    seed,
    level: z.number(),
    include_duplicates: z.boolean(),
    revision,
    models: count,
    population: count,
    imputed_share: z.number().meta({ description: 'Share of the scores that are missing and were imputed.' }),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    finished_at: timestamp.nullable(),
  })
  .meta({ id: 'BacktestSummary' });

export const backtest = backtestSummary
  .extend({
    targets: z
      .object({
        replayed: count,
        duplicates: count.meta({
          description: 'Equal to one of their sources on every item: left out, unless asked for.',
        }),
        unknown: count.meta({ description: 'Left out: fewer than 80 % of their scores are known.' }),
      })
      .meta({ description: 'Models treated as new, over all trials.' }),
    rows: z.array(row).meta({ description: 'While it runs, of the trials that are done.' }),
    learning_curves: z.array(curve),
  })
  .meta({ id: 'Backtest' });

export const backtestPage = pageOf(backtestSummary).meta({ id: 'BacktestPage' });

export function toBacktestRequest(body: z.infer<typeof backtestRequest>): BacktestRequest {
  const { include_duplicates: keepDuplicates, ...rest } = body;
  return { ...rest, keepDuplicates };
}

export function toWireSummary({
  backtest: stored,
  status,
  trials,
  progress,
}: BacktestView): z.infer<typeof backtestSummary> {
  const { settings } = stored;
  return {
    id: stored.id,
    benchmark: stored.benchmark,
    status,
    // Rounded down: 1 means done.
    progress: Math.floor(1e4 * progress.share) / 1e4,
    trials: { done: progress.trials, total: trials },
    seconds_left: progress.secondsLeft === null ? null : Math.round(10 * progress.secondsLeft) / 10,
    error: stored.error,
    splits: [...settings.splits],
    designs: [...settings.designs],
    methods: [...settings.methods],
    sizes: [...settings.sizes],
    repeats: settings.repeats,
    seed: settings.seed,
    level: settings.level,
    include_duplicates: settings.keepDuplicates,
    revision: stored.revision,
    models: stored.models,
    population: stored.population,
    imputed_share: figure(stored.missingShare),
    created_at: stored.createdAt,
    started_at: stored.startedAt,
    finished_at: stored.finishedAt,
  };
}

export function toWireBacktest(view: BacktestView): z.infer<typeof backtest> {
  const { report, scoreRange } = view.backtest;
  const unit = scoreRange.high - scoreRange.low;
  return {
    ...toWireSummary(view),
    targets: report?.targets ?? { replayed: 0, duplicates: 0, unknown: 0 },
    rows: report?.rows.map((from) => toWireRow(from, unit)) ?? [],
    learning_curves: report?.learningCurves.map((from) => toWireCurve(from, unit)) ?? [],
  };
}

/** @param unit length of the score range */
function toWireRow(from: Row, unit: number): z.infer<typeof row> {
  const read = (pick: 'value' | 'standardError') => {
    const get = (
      name: { [Key in keyof Row]: Row[Key] extends Row['coverage'] ? Key : never }[keyof Row],
      scale = 1,
    ) => {
      const value = from[name]?.[pick] ?? null;
      return value === null ? null : figure(value * scale);
    };
    return {
      mean_absolute_error: get('meanAbsoluteError', unit),
      mean_error: get('meanError', unit),
      ratio_to_random_sampling: get('ratioToRandomSampling'),
      coverage: get('coverage'),
      mean_width: get('meanWidth', unit),
      effective_sample_size: get('effectiveSampleSize'),
      rank_agreement: get('rankAgreement'),
    };
  };
  const { split: of, design, method, size, targets } = from;
  return {
    split: of,
    design,
    method,
    size,
    targets,
    ...read('value'),
    standard_errors: read('standardError'),
  };
}

function toWireCurve({ points, ...of }: Curve, unit: number): z.infer<typeof curve> {
  return {
    ...of,
    points: points.map(({ size, meanAbsoluteError: { value, standardError }, halfWidth }) => ({
      size,
      mean_absolute_error: figure(value * unit),
      standard_error: figureOrNull(standardError === null ? null : standardError * unit),
      half_width: halfWidth && { median: figure(halfWidth.median * unit), p90: figure(halfWidth.p90 * unit) },
    })),
  };
}
