import { missingByte } from '../../scores/packed-row.ts';
import { defaultScoreRange } from '../../scores/score-range.ts';
import { drawCoreSet } from '../designs/draw.ts';
import { frameOf, needsProspects, prospectsOf } from '../designs/frame.ts';
import { type DesignName, designNames, isProbabilityDesign } from '../designs/names.ts';
import type { Progress } from '../designs/purposive-design.ts';
import { probabilityDesigns, purposiveDesigns } from '../designs/registry.ts';
import type { MethodName } from '../estimators/names.ts';
import { defaultLevel, estimateBy } from '../evaluate.ts';
import { type History, type Sources, summariseHistory } from '../history.ts';
import { clip, possibleScores } from '../inference/wilson-interval.ts';
import type { ItemProspects } from '../item-prospects.ts';
import { definedMean } from '../numeric/mean.ts';
import { childSeed, createRandom, indexRange, type Random } from '../numeric/random.ts';
import {
  type CoreSetInput,
  observedPart,
  type PreparedCoreSet,
  prepareCoreSet,
} from '../prepared-core-set.ts';
import { randomSamplingError } from './baseline.ts';
import { type ReplayedTarget, summariseArm, type TrialOutcome } from './outcome.ts';
import { thinOut } from './records.ts';
import { type Arm, armsOf, type BacktestSettings, type Trial, trialCount } from './settings.ts';
import { splitModels, splitNames } from './splits.ts';
import type { Survey } from './survey.ts';

/** What all trials of a back-test share. */
export interface BacktestInput {
  /** All models, over the whole population. */
  readonly history: History;
  readonly survey: Survey;
  readonly settings: BacktestSettings;
}

/**
 * One trial of a back-test: divides the models, draws a core set from the sources for every arm and evaluates each target
 * on it as if it were new. Its random numbers depend on the seed, the trial, the design and the size alone.
 * @param purposive the designs by name, where others than the usual ones are to be tried
 * @throws DomainError what a design throws on this history
 * Cost: that of each core set and its fit, and of one target times the number of targets.
 */
export function replayTrial(
  input: BacktestInput,
  trial: Trial,
  progress: Progress = () => {},
  purposive: typeof purposiveDesigns = purposiveDesigns,
): TrialOutcome {
  const { history, survey, settings } = input;
  const seed = childSeed(settings.seed, splitNames.indexOf(trial.split), trial.repeat);
  const { sources: models, targets: drawn } = splitModels(trial.split, survey.truths, createRandom(seed));
  const known = drawn.filter((target) => survey.isKnown[target] === 1);
  const distinct = withoutTwins(known, models, survey);
  const targets = settings.keepDuplicates ? known : distinct;
  const sources = sourcesFrom(history, models);
  const arms = armsOf(settings);
  const kept = thinOut(targets.length, trialCount(settings), createRandom(childSeed(seed, 0)));
  const prospects = new Map<DesignName, ItemProspects | null>();
  const outcomes = arms.map((arm, k) => {
    const random = createRandom(childSeed(seed, 1 + designNames.indexOf(arm.design), arm.size));
    const coreSet = chooseItems(sources, arm, random, { prospects, purposive }, (share) =>
      progress((k + share) / arms.length),
    );
    const replayed = replayTargets(input, coreSet, arm, targets);
    progress((k + 1) / arms.length);
    return summariseArm(arm.methods.length, trial.split, replayed, kept);
  });
  return {
    targets: targets.length,
    duplicates: known.length - distinct.length,
    unknown: drawn.length - known.length,
    baselines: Float64Array.from(settings.sizes, (size) =>
      randomSamplingError(history, survey, targets, size, createRandom(childSeed(seed, 0, size))),
    ),
    statistics: Float64Array.from(outcomes.flatMap(({ statistics }) => [...statistics])),
    records: outcomes.map(({ records }) => records),
  };
}

/** Targets without those that equal one of the sources on every item. */
function withoutTwins(targets: Int32Array, sources: Int32Array, { twins }: Survey): Int32Array {
  const known = new Set(Array.from(sources, (source) => twins[source]));
  return targets.filter((target) => !known.has(twins[target]));
}

function sourcesFrom(history: History, models: Int32Array): Sources {
  const ofSources = { ...history, models: models.map((m) => history.models[m]) };
  return { history: ofSources, summary: summariseHistory(ofSources) };
}

interface ChoiceTools {
  /** What the history foretells, by design: it serves every size. */
  readonly prospects: Map<DesignName, ItemProspects | null>;
  readonly purposive: typeof purposiveDesigns;
}

function chooseItems(
  sources: Sources,
  { design, size }: Arm,
  random: Random,
  { prospects, purposive }: ChoiceTools,
  progress: Progress,
): CoreSetInput {
  if (!isProbabilityDesign(design)) {
    const { items, learned } = purposive[design].select(sources, size, random, progress);
    return { ...sources, items, inclusion: null, design, learned };
  }
  if (needsProspects(design) && !prospects.has(design)) prospects.set(design, prospectsOf(sources));
  const frame = frameOf(sources, design, prospects.get(design) ?? null);
  const { items, inclusion } = drawCoreSet(probabilityDesigns[design], frame, size, random);
  return { ...sources, items, inclusion, design };
}

function replayTargets(
  { history, survey, settings: { level } }: BacktestInput,
  coreSet: CoreSetInput,
  { methods }: Arm,
  targets: Int32Array,
): ReplayedTarget[] {
  const whole = prepareCoreSet(coreSet);
  return Array.from(targets, (model) => {
    const target = { model, truth: survey.truths[model] };
    const scores = scoresOn(history, model, coreSet.items);
    if (!scores.includes(Number.NaN)) return { ...target, ...replayTarget(whole, scores, methods, level) };
    const observed = indexRange(scores.length).filter((i) => !Number.isNaN(scores[i]));
    const prepared = prepareCoreSet(observedPart(coreSet, observed));
    const known = Float64Array.from(observed, (i) => scores[i]);
    return { ...target, ...replayTarget(prepared, known, methods, level) };
  });
}

function replayTarget(
  prepared: PreparedCoreSet,
  scores: Float64Array,
  methods: readonly MethodName[],
  level: number,
): Omit<ReplayedTarget, 'model' | 'truth'> {
  if (scores.length === 0) {
    return { estimates: methods.map(() => null), circumstances: () => unknown };
  }
  const observed = { ...prepared.sample, scores };
  const fitted = prepared.aipw.estimate(scores);
  const estimate = (method: MethodName, at: number) =>
    estimateBy(method, prepared, observed, fitted, at, defaultScoreRange);
  return {
    estimates: methods.map((method) => estimate(method, level)),
    circumstances: () => ({
      aipw: estimate('aipw', defaultLevel),
      similarity: definedMean(prepared.similarity.similarities(scores)),
      ...prepared.standingOf(clip(fitted.value, possibleScores(observed))),
    }),
  };
}

const unknown = { aipw: null, similarity: Number.NaN, percentile: Number.NaN, deviations: Number.NaN };

function scoresOn({ matrix, models, population }: History, target: number, items: Int32Array): Float64Array {
  const { cells, nItems } = matrix;
  const start = models[target] * nItems;
  const isBytes = cells instanceof Uint8Array;
  const scores = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) {
    const cell = cells[start + population[items[i]]];
    scores[i] = isBytes && cell === missingByte ? Number.NaN : cell;
  }
  return scores;
}
