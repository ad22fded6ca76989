import { getPriority, setPriority } from 'node:os';
import { platform } from 'node:process';
import { DomainError, type ErrorCode, type Issue } from '../errors.ts';
import type { TrialOutcome } from '../estimation/backtest/outcome.ts';
import { type BacktestInput, replayTrial } from '../estimation/backtest/replay.ts';
import { type BacktestReport, reportBacktest } from '../estimation/backtest/report.ts';
import type { FinishedTrial } from '../estimation/backtest/rows.ts';
import type { BacktestSettings, Trial } from '../estimation/backtest/settings.ts';
import { type Survey, surveyModels } from '../estimation/backtest/survey.ts';
import type { Frame } from '../estimation/designs/design.ts';
import type { Draw } from '../estimation/designs/draw.ts';
import { prospectsOf } from '../estimation/designs/frame.ts';
import type { ProbabilityDesignName, PurposiveDesignName } from '../estimation/designs/names.ts';
import type { Selection } from '../estimation/designs/purposive-design.ts';
import { purposiveDesigns } from '../estimation/designs/registry.ts';
import { drawSecondPhase, type FirstPhase } from '../estimation/designs/second-phase.ts';
import { type EvaluateOptions, type Evaluation, evaluateTarget } from '../estimation/evaluate.ts';
import type { History, Sources } from '../estimation/history.ts';
import type { ItemProspects } from '../estimation/item-prospects.ts';
import { createRandom } from '../estimation/numeric/random.ts';
import { measureSpreads, type SourceSpreads } from '../estimation/planning.ts';
import { type CoreSetInput, type PreparedCoreSet, prepareCoreSet } from '../estimation/prepared-core-set.ts';
import {
  type MapOrder,
  mapSimilarities,
  type SimilarityMap,
} from '../estimation/similarity/similarity-map.ts';

/** What a task answers: an Error loses its class on the way between threads. */
export type Outcome<Result> =
  | { readonly result: Result }
  | {
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly issues: readonly Issue[];
      };
    };

export interface SelectTask {
  readonly sources: Sources;
  readonly design: PurposiveDesignName;
  readonly size: number;
  readonly seed: number;
  /** One number in shared memory: the share of the work that is done, above 0 as soon as it has begun. */
  readonly progress: Float64Array;
}

export interface MeasureTask {
  readonly sources: Sources;
  readonly design: ProbabilityDesignName;
  readonly frame: Frame;
  readonly seed: number;
}

export interface ForetellTask {
  readonly sources: Sources;
}

export interface SecondPhaseTask {
  readonly sources: Sources;
  readonly first: FirstPhase;
  readonly add: number;
  readonly seed: number;
}

export interface EvaluateTask {
  /** The same key stands for the same input: it may be prepared already. null: not to be kept. */
  readonly key: string | null;
  readonly input: CoreSetInput;
  readonly scores: Float64Array;
  readonly options: EvaluateOptions;
}

export interface MapTask {
  readonly sources: Sources;
  readonly order: MapOrder;
}

export interface ReplayTask {
  readonly input: BacktestInput;
  readonly trial: Trial;
  /** One number in shared memory, as above. */
  readonly progress: Float64Array;
}

export interface ReportTask {
  readonly settings: BacktestSettings;
  readonly trials: readonly FinishedTrial[];
}

const begun = 0.001;

/** The work that would keep the event loop from answering, by name: the entry points of a worker thread. */
export function select(task: SelectTask): Outcome<Selection> {
  becomePolite();
  task.progress[0] = begun;
  return settle(() =>
    purposiveDesigns[task.design].select(task.sources, task.size, createRandom(task.seed), (share) => {
      task.progress[0] = Math.max(begun, share);
    }),
  );
}

export function measure({ sources, design, frame, seed }: MeasureTask): Outcome<SourceSpreads> {
  return settle(() => measureSpreads(sources, design, createRandom(seed), frame));
}

export function foretell({ sources }: ForetellTask): Outcome<ItemProspects | null> {
  return settle(() => prospectsOf(sources));
}

export function secondPhase({ sources, first, add, seed }: SecondPhaseTask): Outcome<Draw> {
  return settle(() => drawSecondPhase(sources, first, add, createRandom(seed)));
}

export function evaluate({ key, input, scores, options }: EvaluateTask): Outcome<Evaluation> {
  return settle(() => evaluateTarget(prepared(key, input), scores, options));
}

export function map({ sources, order }: MapTask): Outcome<SimilarityMap> {
  return settle(() => mapSimilarities(sources, order));
}

export function survey(history: History): Outcome<Survey> {
  becomePolite();
  return settle(() => surveyModels(history));
}

/** Back-tests and designs fill the processors for minutes: requests come first. */
const politeness = 19;

/** Only on Linux has each thread a priority of its own; elsewhere the whole process would be slowed down. */
function becomePolite(): void {
  try {
    if (platform === 'linux' && getPriority() < politeness) setPriority(politeness);
  } catch {
    // A system that does not allow it lets the work be done all the same.
  }
}

export function replay({ input, trial, progress }: ReplayTask): Outcome<TrialOutcome> {
  becomePolite();
  progress[0] = begun;
  return settle(() =>
    replayTrial(input, trial, (share) => {
      progress[0] = Math.max(begun, share);
    }),
  );
}

export function report({ settings, trials }: ReportTask): Outcome<BacktestReport> {
  return settle(() => reportBacktest(settings, trials));
}

const maxPrepared = 4;
const preparedByKey = new Map<string, PreparedCoreSet>();

function prepared(key: string | null, input: CoreSetInput): PreparedCoreSet {
  if (key === null) return prepareCoreSet(input);
  const known = preparedByKey.get(key);
  if (known !== undefined) return known;
  if (preparedByKey.size >= maxPrepared) preparedByKey.clear();
  const made = prepareCoreSet(input);
  preparedByKey.set(key, made);
  return made;
}

function settle<Result>(work: () => Result): Outcome<Result> {
  try {
    return { result: work() };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { error: { code: error.code, message: error.message, issues: error.issues } };
  }
}
