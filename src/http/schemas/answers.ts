import { z } from 'zod';
import { methodNames } from '../../estimation/estimators/names.ts';
import type { LevelInterval } from '../../estimation/method-estimate.ts';
import { warningCodes } from '../../estimation/warnings.ts';
import type { Answer } from '../../services/answers.ts';
import { count } from './primitives.ts';

export const interval = z.object({ level: z.number(), lower: z.number(), upper: z.number() }).meta({
  id: 'Interval',
  description: 'Holds the full score with probability `level`, over draws of the core set.',
});

const methodEstimate = z
  .object({
    method: z.enum(methodNames),
    estimate: z
      .number()
      .nullable()
      .meta({ description: 'The full score, score units; null where the method cannot answer here.' }),
    standard_error: z.number().nullable(),
    interval: interval.nullable(),
    effective_sample_size: z.number().nullable().meta({
      description: 'Items of a plain random sample that would tell as much.',
    }),
    reason: z.string().nullable().meta({ description: 'Why something is null.' }),
  })
  .meta({ id: 'Estimate' });

const similarity = z
  .object({
    mean: z
      .number()
      .nullable()
      .meta({ description: 'Mean error consistency (kappa) with the sources, on the core set.' }),
    max: z.number().nullable(),
    percentile: z.number().nullable().meta({ description: "Where the mean stands among the sources' own." }),
    level: z.enum(['low', 'moderate', 'high']).nullable(),
    nearest: z.array(z.object({ model: z.string(), similarity: z.number() })),
  })
  .meta({ id: 'Similarity' });

const standing = z
  .object({
    percentile: z.number().meta({ description: 'Share of the sources below it, 0 to 1.' }),
    deviations: z
      .number()
      .meta({ description: "Standard deviations of the sources' full scores above their mean." }),
  })
  .meta({
    id: 'Standing',
    description: "Where AIPW's estimate stands among the full scores of the sources.",
  });

export const warning = z
  .object({
    code: z.enum(warningCodes),
    severity: z.enum(['critical', 'warn', 'info']),
    message: z.string(),
    figures: z.record(z.string(), z.union([z.number(), z.string(), z.null()])).meta({
      description: 'The figures that raised it.',
    }),
  })
  .meta({ id: 'Warning', description: 'A reason for not trusting the answer as it stands.' });

const groupEstimate = z
  .object({
    group: z.string().nullable().meta({ description: 'null: the items without a group.' }),
    observed_items: count,
    population: count,
    estimate: z.number(),
    interval: interval.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'GroupEstimate' });

const targetPlan = z
  .object({
    half_width: z.number().meta({ description: 'Half the width of the interval of AIPW, score units.' }),
    items_for_half_width: z.array(z.object({ half_width: z.number(), items: count })),
  })
  .meta({
    id: 'TargetPlan',
    description:
      'How many items in all would narrow the interval so far, if more of them are like those observed.',
  });

const predictionGain = z
  .object({
    leave_one_out_r2: z.number(),
    leave_one_out_r2_without: z.number(),
    effective_sample_size: z.number(),
    effective_sample_size_without: z.number(),
  })
  .meta({
    id: 'PredictionGain',
    description: "What the caller's own predictions were worth: AIPW with them and without.",
  });

/** The fields that stored evaluations and stateless estimates share. */
export const answerFields = {
  recommended: z.enum(methodNames).meta({ description: 'The method whose estimate to use here.' }),
  recommended_reason: z.string(),
  estimates: z.array(methodEstimate),
  similarity,
  standing: standing.nullable(),
  warnings: z.array(warning).meta({ description: 'Most severe first.' }),
  groups: z.array(groupEstimate),
  plan: targetPlan.nullable(),
  predictions: predictionGain.nullable(),
  source_models: count.nullable().meta({ description: 'Source models the answer rests on.' }),
  imputed_share: z
    .number()
    .nullable()
    .meta({ description: "Share of the sources' scores that are missing and were imputed, 0 to 1." }),
};

const answer = z.object(answerFields);

/** Twelve digits: what comes after them is rounding of the arithmetic, and 0.8199999999999997 puzzles readers. */
export function figure(value: number): number {
  return Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(12));
}

export function figureOrNull(value: number | null): number | null {
  return value === null ? null : figure(value);
}

export function toWireInterval(from: LevelInterval | null): z.infer<typeof interval> | null {
  return from && { level: from.level, lower: figure(from.lower), upper: figure(from.upper) };
}

export function toWireAnswer(from: Answer): z.infer<typeof answer> {
  return {
    recommended: from.recommended,
    recommended_reason: from.recommendedReason,
    estimates: from.estimates.map((estimate) => ({
      method: estimate.method,
      estimate: figureOrNull(estimate.estimate),
      standard_error: figureOrNull(estimate.standardError),
      interval: toWireInterval(estimate.interval),
      effective_sample_size: figureOrNull(estimate.effectiveSampleSize),
      reason: estimate.reason,
    })),
    similarity: {
      mean: figureOrNull(from.similarity.mean),
      max: figureOrNull(from.similarity.max),
      percentile: figureOrNull(from.similarity.percentile),
      level: from.similarity.level,
      nearest: from.similarity.nearest.map(({ model, similarity: kappa }) => ({
        model,
        similarity: figure(kappa),
      })),
    },
    // Answers stored before there were back-tests lack it.
    standing: from.standing
      ? { percentile: figure(from.standing.percentile), deviations: figure(from.standing.deviations) }
      : null,
    warnings: from.warnings.map(toWireWarning),
    groups: from.groups.map((group) => ({
      group: group.group,
      observed_items: group.observedItems,
      population: group.populationSize,
      estimate: figure(group.estimate),
      interval: toWireInterval(group.interval),
      reason: group.reason,
    })),
    // Answers stored by version 0.1.0 lack what follows.
    plan: from.plan ? toWirePlan(from.plan) : null,
    predictions: from.predictions ? toWireGain(from.predictions) : null,
    source_models: from.sourceModels ?? null,
    imputed_share: figureOrNull(from.missingShare ?? null),
  };
}

function toWirePlan({ halfWidth, itemsForHalfWidth }: NonNullable<Answer['plan']>) {
  return {
    half_width: figure(halfWidth),
    items_for_half_width: itemsForHalfWidth.map((planned) => ({
      half_width: figure(planned.halfWidth),
      items: planned.items,
    })),
  };
}

function toWireGain(gain: NonNullable<Answer['predictions']>) {
  return {
    leave_one_out_r2: figure(gain.looR2),
    leave_one_out_r2_without: figure(gain.looR2Without),
    effective_sample_size: figure(gain.effectiveSampleSize),
    effective_sample_size_without: figure(gain.effectiveSampleSizeWithout),
  };
}

export function toWireWarning({ figures, ...warned }: Answer['warnings'][number]) {
  return { ...warned, figures: toWireFigures(figures) };
}

function toWireFigures(figures: Answer['warnings'][number]['figures']) {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, typeof value === 'number' ? figure(value) : value]),
  );
}
