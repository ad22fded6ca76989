import { z } from 'zod';
import type { ComparisonView } from '../../services/comparisons.ts';
import { figure, figureOrNull, interval, toWireInterval, toWireWarning, warning } from './answers.ts';
import { benchmarkName, count, entityName, level, revision } from './primitives.ts';

const evaluationId = z.string().min(1).max(100);

export const comparisonRequest = z
  .strictObject({
    a: evaluationId.meta({ description: 'The id of an evaluation.' }),
    b: z
      .union([evaluationId, z.strictObject({ model: entityName })], {
        error: 'must be the id of an evaluation, or { "model": a model of the history }',
      })
      .meta({
        description:
          'The id of another evaluation on the same core set, or on one that contains it; or a model of the history.',
      }),
    level: level.optional(),
  })
  .meta({ id: 'ComparisonRequest', examples: [{ a: 'ev_1', b: 'ev_2' }] });

export const comparison = z
  .object({
    benchmark: benchmarkName,
    a: z.string().meta({ description: 'The model of evaluation `a`.' }),
    b: z.string(),
    evaluation_a: z.string(),
    evaluation_b: z.string().nullable().meta({ description: 'null for a model of the history.' }),
    kind: z.enum(['paired', 'measured']).meta({
      description: '`paired`: both are estimated from the same items. `measured`: the score of `b` is known.',
    }),
    difference: z.number().meta({ description: 'Score of A minus score of B, score units.' }),
    standard_error: z.number().nullable(),
    interval: interval.nullable(),
    confidence_a_better: z.number().nullable().meta({
      description:
        'Confidence that A is better, 0 to 1: where the one-sided interval just touches 0. Not a probability over models.',
    }),
    verdict: z.enum(['a', 'b', 'undecided']),
    message: z.string().meta({ description: 'The verdict in a sentence.' }),
    reason: z.string().nullable().meta({ description: 'Why there is no interval.' }),
    observed_items: count.meta({ description: 'Items that the comparison rests on.' }),
    population: count,
    warnings: z.array(warning),
    imputed_share_b: z
      .number()
      .meta({ description: "Share of B's history that is missing and was imputed." }),
    revision,
  })
  .meta({
    id: 'Comparison',
    description: 'From AIPW on the items of the core set; own predictions of either evaluation do not enter.',
  });

export function toWireComparison(view: ComparisonView): z.infer<typeof comparison> {
  return {
    benchmark: view.benchmark,
    a: view.modelA,
    b: view.modelB,
    evaluation_a: view.evaluationA,
    evaluation_b: view.evaluationB,
    kind: view.kind,
    difference: figure(view.difference),
    standard_error: figureOrNull(view.standardError),
    interval: toWireInterval(view.interval),
    confidence_a_better: figureOrNull(view.confidenceABetter),
    verdict: view.verdict,
    message: sentenceOf(view),
    reason: view.reason,
    observed_items: view.observedItems,
    population: view.population,
    warnings: view.warnings.map(toWireWarning),
    imputed_share_b: figure(view.imputedShare),
    revision: view.revision,
  };
}

function sentenceOf({ verdict, modelA, modelB, confidenceABetter, reason }: ComparisonView): string {
  // Two runs of one model have one name.
  const [a, b] = modelA === modelB ? ['A', 'B'] : [`"${modelA}"`, `"${modelB}"`];
  if (verdict === 'a') return `${a} is better than ${b}.`;
  if (verdict === 'b') return `${b} is better than ${a}.`;
  if (confidenceABetter === null) return `Not decided: ${reason}.`;
  if (confidenceABetter === 0.5) return 'Not decided: these items speak for neither.';
  const leader = confidenceABetter > 0.5 ? a : b;
  const confidence = Math.max(confidenceABetter, 1 - confidenceABetter);
  return `Not decided: these items speak for ${leader} with a confidence of ${(100 * confidence).toFixed(0)} %.`;
}
