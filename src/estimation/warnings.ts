import { shareBelow, sortedQuantile } from './numeric/quantile.ts';
import type { Similarity, SimilarityThresholds } from './similarity/similarity.ts';

export const warningCodes = [
  'frontier',
  'low-similarity',
  'predictions-match-results',
  'small-core-set',
  'incomplete-core-set',
  'purposive-design',
  'assumed-random',
  'thin-history',
  'stale-core-set',
  'interval-doubtful',
  'no-gain',
] as const;

export type WarningCode = (typeof warningCodes)[number];
export type Severity = 'critical' | 'warn' | 'info';

/** One reason for not trusting an answer as it stands, with the figures that raised it. */
export interface Warning {
  readonly code: WarningCode;
  readonly severity: Severity;
  /** One plain sentence. */
  readonly message: string;
  readonly figures: Readonly<Record<string, number | string | null>>;
}

/** What is known of one evaluation. Scores in the benchmark's own units. */
export interface EvaluationFacts {
  readonly aipwEstimate: number;
  /** Ascending full scores of the sources. */
  readonly sortedFullScores: Float64Array;
  readonly similarity: Similarity;
  readonly thresholds: SimilarityThresholds;
  /** Share of the plain mean's squared leave-one-out errors that AIPW saves; 0 where the scores do not vary. */
  readonly looR2: number;
  /** The user's own predictions are the results themselves, on every observed item. */
  readonly predictionsMatchResults?: boolean;
  readonly observedItems: number;
  readonly coreSetSize: number;
  readonly populationSize: number;
  readonly probabilities: 'known' | 'assumed' | 'none';
  /** Mean difficulty (high = easy), score units, of the observed items and of the whole core set; null = not known. */
  readonly difficulty: { readonly observed: number; readonly coreSet: number } | null;
  /** Present where the benchmark's items changed since the core set was drawn. */
  readonly staleness: { readonly drawnAtRevision: number; readonly changedAtRevision: number } | null;
}

const frontierQuantile = 0.95;
const lowPercentile = 0.05;
const noGainR2 = 0.02;
const smallCoreSet = 20;
const thinHistory = 10;

/**
 * The warnings that apply, most severe first. Where the whole population was run nothing is estimated, and only a
 * changed benchmark is worth a word.
 */
export function raiseWarnings(facts: EvaluationFacts): Warning[] {
  const exact = facts.observedItems === facts.populationSize;
  const rules = exact ? [staleCoreSet] : [...allRules];
  return bySeverity(rules.map((rule) => rule(facts)).filter((warning) => warning !== null));
}

const order: Record<Severity, number> = { critical: 0, warn: 1, info: 2 };

/** Most severe first, else in the order they come. */
export function bySeverity(warnings: readonly Warning[]): Warning[] {
  return warnings.toSorted((a, b) => order[a.severity] - order[b.severity]);
}

/** Those that concern the sample alone, whatever was answered on it. */
export function raiseSampleWarnings(
  facts: Pick<EvaluationFacts, 'observedItems' | 'populationSize' | 'probabilities'>,
): Warning[] {
  if (facts.observedItems === facts.populationSize) return [];
  return [smallSet(facts), purposiveDesign(facts)].filter((warning) => warning !== null);
}

/** AIPW is no better than the plain mean of the core set here. */
export function hasNoGain({ looR2 }: Pick<EvaluationFacts, 'looR2'>): boolean {
  return looR2 <= noGainR2;
}

export function isFrontier({ aipwEstimate, sortedFullScores }: EvaluationFacts): boolean {
  return sortedFullScores.length > 0 && aipwEstimate > sortedQuantile(sortedFullScores, frontierQuantile);
}

type Rule = (facts: EvaluationFacts) => Warning | null;

const allRules: readonly Rule[] = [
  frontier,
  lowSimilarity,
  predictionsMatch,
  smallSet,
  incompleteCoreSet,
  purposiveDesign,
  assumedRandom,
  thin,
  staleCoreSet,
  noGain,
];

function frontier(facts: EvaluationFacts): Warning | null {
  if (!isFrontier(facts)) return null;
  const { aipwEstimate, sortedFullScores } = facts;
  const best = sortedFullScores[sortedFullScores.length - 1];
  const aboveAll = aipwEstimate > best;
  return {
    code: 'frontier',
    severity: aboveAll ? 'critical' : 'warn',
    message: aboveAll
      ? 'The estimate is above every model in the history: prediction from other models fails most often here, so rely on the interval and run more items before you publish.'
      : 'The estimate is above 95 % of the models in the history: few models like this one are known, so rely on the interval.',
    figures: {
      estimate: aipwEstimate,
      percentile: shareBelow(sortedFullScores, aipwEstimate),
      percentile_95_of_sources: sortedQuantile(sortedFullScores, frontierQuantile),
      best_source: best,
    },
  };
}

function lowSimilarity({ similarity, thresholds }: EvaluationFacts): Warning | null {
  const { mean, percentile, level } = similarity;
  if (mean === null) return null;
  const isRare = percentile !== null && percentile < lowPercentile;
  if (level !== 'low' && !isRare) return null;
  return {
    code: 'low-similarity',
    severity: 'warn',
    message:
      level === 'low'
        ? 'This model and those in the history agree little, beyond chance, on which items are right and wrong.'
        : 'This model is less like the models in the history than 95 % of those are like each other.',
    figures: { similarity: mean, low_threshold: thresholds.low, percentile },
  };
}

function predictionsMatch({ predictionsMatchResults, observedItems }: EvaluationFacts): Warning | null {
  if (predictionsMatchResults !== true) return null;
  return {
    code: 'predictions-match-results',
    severity: 'warn',
    message:
      'Your predictions equal the results on every item that was run: if they were made from them, the interval is far too narrow.',
    figures: { observed_items: observedItems },
  };
}

function smallSet({ observedItems }: Pick<EvaluationFacts, 'observedItems'>): Warning | null {
  if (observedItems >= smallCoreSet) return null;
  return {
    code: 'small-core-set',
    severity: 'warn',
    message: `Only ${count(observedItems, 'item')} observed: below ${smallCoreSet} the interval itself is uncertain.`,
    figures: { observed_items: observedItems, minimum: smallCoreSet },
  };
}

function incompleteCoreSet({ observedItems, coreSetSize, difficulty }: EvaluationFacts): Warning | null {
  if (observedItems === coreSetSize) return null;
  const lean = leanOf(difficulty);
  return {
    code: 'incomplete-core-set',
    severity: 'warn',
    message: `Results are missing for ${coreSetSize - observedItems} of ${count(coreSetSize, 'core-set item')}; they are treated as missing at random, which is wrong if the hard ones failed to finish${lean}.`,
    figures: {
      observed_items: observedItems,
      core_set_size: coreSetSize,
      missing_share: 1 - observedItems / coreSetSize,
      observed_mean_difficulty: difficulty?.observed ?? null,
      core_set_mean_difficulty: difficulty?.coreSet ?? null,
    },
  };
}

/** A smaller difference of mean difficulties is not worth a word. */
const noticeableLean = 0.02;

function leanOf(difficulty: EvaluationFacts['difficulty']): string {
  if (difficulty === null || Math.abs(difficulty.observed - difficulty.coreSet) < noticeableLean) return '';
  const word = difficulty.observed > difficulty.coreSet ? 'easier' : 'harder';
  return `, and those that did are ${word} than the core set as a whole`;
}

function purposiveDesign({ probabilities }: Pick<EvaluationFacts, 'probabilities'>): Warning | null {
  if (probabilities !== 'none') return null;
  return {
    code: 'purposive-design',
    severity: 'warn',
    message:
      'The items were chosen without inclusion probabilities: AIPW and its interval are not guaranteed.',
    figures: {},
  };
}

function assumedRandom({ probabilities, observedItems, populationSize }: EvaluationFacts): Warning | null {
  if (probabilities !== 'assumed') return null;
  return {
    code: 'assumed-random',
    severity: 'warn',
    message:
      'No inclusion probabilities were given: the items are taken for a simple random sample, and the answer is wrong if they are not.',
    figures: { assumed_inclusion_probability: observedItems / populationSize },
  };
}

function thin({ sortedFullScores }: EvaluationFacts): Warning | null {
  if (sortedFullScores.length >= thinHistory) return null;
  return {
    code: 'thin-history',
    severity: 'warn',
    message: `The history holds ${count(sortedFullScores.length, 'source model')}: too few to say what is usual.`,
    figures: { source_models: sortedFullScores.length, minimum: thinHistory },
  };
}

function staleCoreSet({ staleness }: EvaluationFacts): Warning | null {
  if (staleness === null) return null;
  return {
    code: 'stale-core-set',
    severity: 'warn',
    message:
      "The benchmark's items changed since this core set was drawn: the estimate is for the items as they were then.",
    figures: {
      drawn_at_revision: staleness.drawnAtRevision,
      changed_at_revision: staleness.changedAtRevision,
    },
  };
}

function noGain(facts: EvaluationFacts): Warning | null {
  if (!hasNoGain(facts)) return null;
  return {
    code: 'no-gain',
    severity: 'info',
    message:
      "The history hardly predicts this model's answers: AIPW is little better than the plain mean here, if at all.",
    figures: { leave_one_out_r2: facts.looR2, threshold: noGainR2 },
  };
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
