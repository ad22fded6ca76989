import { DomainError } from '../errors.ts';
import type { Metadata } from '../scores/metadata.ts';
import { orNull } from '../scores/packed-row.ts';
import type { Benchmark } from '../storage/benchmarks.ts';
import type { CoreSet } from '../storage/core-sets.ts';
import type { StoredEvaluation } from '../storage/evaluations.ts';
import type { Stores } from '../storage/open-stores.ts';
import type { Page, PageRequest } from '../storage/paging.ts';
import type { Seal } from '../storage/seal.ts';
import { type Access, everything } from './access.ts';
import type { Answer, AnswerObserver, AnswerOptions } from './answers.ts';
import type { BacktestEvidence } from './backtest-evidence.ts';
import type { CoreSetAnswers } from './core-set-answers.ts';
import { refuseForeign } from './core-set-checks.ts';
import type { CoreSets, ExtensionRequest, FoundCoreSet } from './core-sets.ts';
import type { CacheVitals } from './counted-cache.ts';
import type { ExpectedError, ExpectedErrors } from './expected-errors.ts';
import { findEvaluation } from './find-evaluation.ts';
import type { Histories } from './histories.ts';
import { createId } from './ids.ts';
import { createKeptEvaluations } from './kept-evaluations.ts';
import { alignPredictions, alignResults, countObserved, type Result, resultsAt } from './results.ts';
import { isSamePopulation } from './source-history.ts';
import { createTurns } from './turns.ts';

export interface EvaluationRequest {
  readonly model: string;
  readonly results: readonly Result[];
  /** The id of an earlier evaluation of this model, whose results on these items count here too. */
  readonly fromEvaluation?: string | undefined;
  /** The user's own predictions, for every item of the core set's population. */
  readonly predictions?: readonly Result[] | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface ResultsRequest {
  readonly results: readonly Result[];
  /** In place of earlier ones. */
  readonly predictions?: readonly Result[] | undefined;
}

/** One new model on one core set, with the answer. */
export interface EvaluationView {
  readonly id: string;
  readonly benchmark: string;
  readonly coreSet: string;
  readonly model: string;
  readonly status: 'complete' | 'partial';
  /** The history's revision that the answer was computed with. */
  readonly revision: number;
  readonly observedItems: number;
  readonly population: number;
  readonly fromEvaluation: string | null;
  readonly answer: Answer;
  /** How far off targets like this one were in a back-test; null without one. */
  readonly expectedError: ExpectedError | null;
  readonly metadata: Metadata | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Evaluations {
  /**
   * @param seal runs in the transaction that stores it
   * @throws DomainError core-set-not-found, and what alignResults throws
   */
  create(
    coreSetId: string,
    request: EvaluationRequest,
    options: AnswerOptions,
    access: Access,
    seal?: Seal<EvaluationView>,
  ): Promise<EvaluationView>;
  /** Adds results, or corrects some, and answers anew. @throws DomainError evaluation-not-found, concurrent-change */
  addResults(
    id: string,
    request: ResultsRequest,
    options: AnswerOptions,
    access: Access,
    seal?: Seal<EvaluationView>,
  ): Promise<EvaluationView>;
  /** The answer as stored; computed anew, with the history as it is now, where methods or level are chosen. */
  get(id: string, options: AnswerOptions, access: Access): Promise<EvaluationView>;
  /** The results so far, by item of the core set; null = none yet. */
  results(id: string, access: Access): Promise<{ item: string; score: number | null }[]>;
  /**
   * The next items for this model, from its answers so far: a core set to evaluate it on with `fromEvaluation`.
   * @throws DomainError evaluation-not-found, and what CoreSets.extendFor throws
   */
  extend(id: string, request: ExtensionRequest, access: Access, seal?: Seal<CoreSet>): Promise<CoreSet>;
  list(benchmark: string, model: string | undefined, page: PageRequest): Promise<Page<EvaluationView>>;
  /** Of every benchmark that the caller may know of. */
  listAll(page: PageRequest, access: Access): Promise<Page<EvaluationView>>;
  remove(id: string, access: Access): Promise<void>;
  cacheVitals(): CacheVitals;
  /** Keeps none in memory. */
  letGo(): void;
}

/** Writers in this process take turns; another process may still come between, so many times at most. */
const maxAttempts = 10;

export function createEvaluations(
  stores: Stores,
  coreSets: CoreSets,
  histories: Histories,
  answers: CoreSetAnswers,
  expectedErrors: ExpectedErrors,
  evidence: BacktestEvidence,
  onAnswer: AnswerObserver,
): Evaluations {
  const turns = createTurns();
  const kept = createKeptEvaluations(stores, evidence);

  /** The stored answer is always the default one, whatever the caller asks to see. */
  async function view(
    stored: StoredEvaluation,
    found: FoundCoreSet,
    options: AnswerOptions,
    answer?: Answer,
  ): Promise<EvaluationView> {
    const own = answer ?? (JSON.parse(stored.answer) as Answer);
    const isDefault = asksForNothing(options);
    const shown = isDefault
      ? { answer: own, revision: stored.revision }
      : await answers.of(found, stored, options);
    const observed = countObserved(stored.results);
    const calibrated = await expectedErrors.of(found, observed, own, shown.answer);
    const isNew = answer !== undefined || !isDefault;
    if (isNew) onAnswer(calibrated.answer);
    return { ...toView(stored, found.coreSet), ...calibrated, revision: shown.revision };
  }

  async function viewPage({ entries, next }: Page<StoredEvaluation>): Promise<Page<EvaluationView>> {
    const views = await Promise.all(
      entries.map(async (stored) => view(stored, await coreSets.findReady(stored.coreSetId, everything), {})),
    );
    return { entries: views, next };
  }

  /** What an earlier evaluation of the model knows of these items. @throws DomainError evaluation-not-found, not-comparable */
  async function carriedOver(
    { fromEvaluation, model }: EvaluationRequest,
    { coreSet }: FoundCoreSet,
    access: Access,
  ): Promise<Pick<StoredEvaluation, 'results' | 'predictions'>> {
    if (fromEvaluation === undefined) {
      return { results: new Float64Array(coreSet.size).fill(Number.NaN), predictions: null };
    }
    const earlier = await openEarlier(fromEvaluation, access);
    const { coreSet: earlierSet } = await coreSets.findReady(earlier.coreSetId, access);
    if (earlier.model !== model || earlierSet.benchmarkId !== coreSet.benchmarkId) {
      throw new DomainError(
        'invalid-request',
        `results carry over from the same model on the same benchmark only; "${fromEvaluation}" is of "${earlier.model}" on "${earlierSet.benchmark}"`,
        [{ path: 'from_evaluation', message: 'must be of the same model and benchmark' }],
      );
    }
    const isSame = isSamePopulation(earlierSet.population, coreSet.population);
    return {
      results: resultsAt(coreSet.positions, earlierSet, earlier.results),
      predictions: isSame ? earlier.predictions : null,
    };
  }

  async function openEarlier(id: string, access: Access): Promise<StoredEvaluation> {
    try {
      return await findEvaluation(stores, id, access);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw new DomainError(error.code, error.message, [
        { path: 'from_evaluation', message: 'is not known' },
      ]);
    }
  }

  async function predictionsOf(
    { coreSet, benchmark }: FoundCoreSet,
    { predictions }: Pick<EvaluationRequest, 'predictions'>,
  ): Promise<Float64Array | null> {
    if (predictions === undefined) return null;
    const { items } = await histories.load(benchmark);
    const indices = new Map(
      Array.from(coreSet.population, (position, index) => [items[position].item, index]),
    );
    return alignPredictions(predictions, indices, benchmark.scoreRange, "the core set's population");
  }

  /** undefined where the core set or the score range changed meanwhile. */
  async function createOnce(
    coreSetId: string,
    request: EvaluationRequest,
    options: AnswerOptions,
    access: Access,
    seal: Seal<EvaluationView> | undefined,
  ): Promise<EvaluationView | undefined> {
    const found = await coreSets.findReady(coreSetId, access);
    const { coreSet, benchmark } = found;
    refuseForeign(coreSet, request.model);
    const before = await carriedOver(request, found, access);
    const results = withResults(coreSet, benchmark, before.results, request.results);
    const predictions = (await predictionsOf(found, request)) ?? before.predictions;
    const { answer, revision } = await answers.of(found, { model: request.model, results, predictions }, {});
    const now = new Date().toISOString();
    const stored: StoredEvaluation = {
      id: createId('ev'),
      benchmarkId: benchmark.id,
      coreSetId: coreSet.id,
      model: request.model,
      results,
      predictions,
      fromEvaluation: request.fromEvaluation ?? null,
      metadata: request.metadata ?? null,
      revision,
      answer: JSON.stringify(answer),
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    const created = await view(stored, found, options, answer);
    const isStored = await stores.evaluations.add(stored, seal && (() => seal(created)));
    return isStored ? created : undefined;
  }

  async function addResults(
    id: string,
    request: ResultsRequest,
    options: AnswerOptions,
    access: Access,
    seal: Seal<EvaluationView> | undefined,
  ): Promise<EvaluationView> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const stored = await findEvaluation(stores, id, access);
      const found = await coreSets.findReady(stored.coreSetId, everything);
      const { coreSet, benchmark } = found;
      const results = withResults(coreSet, benchmark, stored.results, request.results);
      const predictions = (await predictionsOf(found, request)) ?? stored.predictions;
      const target = { model: stored.model, results, predictions };
      const { answer, revision } = await answers.of(found, target, {});
      const changed: StoredEvaluation = {
        ...stored,
        results,
        predictions,
        revision,
        answer: JSON.stringify(answer),
        version: stored.version + 1,
        updatedAt: new Date().toISOString(),
      };
      const shown = await view(changed, found, options, answer);
      if (await stores.evaluations.replace(changed, seal && (() => seal(shown)))) return shown;
    }
    throw tooManyChanges();
  }

  return {
    async create(coreSetId, request, options, access, seal) {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const created = await createOnce(coreSetId, request, options, access, seal);
        if (created !== undefined) return created;
      }
      throw tooManyChanges();
    },

    addResults: (id, request, options, access, seal) =>
      turns.take(id, () => addResults(id, request, options, access, seal)),

    async get(id, options, access) {
      const isDefault = asksForNothing(options);
      const known = isDefault ? await kept.find(id, access) : undefined;
      if (known !== undefined) return known;
      const stored = await findEvaluation(stores, id, access);
      const state = evidence.stateOf(stored.benchmarkId);
      const found = await coreSets.findReady(stored.coreSetId, everything);
      const shown = await view(stored, found, options);
      if (isDefault) {
        const { id: benchmarkId, scoreRange } = found.benchmark;
        kept.keep(shown, { benchmarkId, version: stored.version, scoreRange, evidence: state });
      }
      return shown;
    },

    async results(id, access) {
      const stored = await findEvaluation(stores, id, access);
      const { items } = await coreSets.get(stored.coreSetId, everything);
      return items.map((item, index) => ({
        item,
        score: orNull(stored.results[index]),
      }));
    },

    async extend(id, request, access, seal) {
      return coreSets.extendFor(await findEvaluation(stores, id, access), request, seal);
    },

    async list(name, model, page) {
      const { id } = await stores.benchmarks.get(name);
      return viewPage(await stores.evaluations.list(id, model, page));
    },

    async listAll(page, access) {
      return viewPage(await stores.evaluations.listAll(page, access));
    },

    async remove(id, access) {
      await findEvaluation(stores, id, access);
      await stores.evaluations.remove(id);
    },

    cacheVitals: kept.cacheVitals,
    letGo: kept.letGo,
  };
}

/** Stored results with new ones laid over them. @throws what alignResults throws */
function withResults(
  coreSet: CoreSet,
  benchmark: Benchmark,
  stored: Float64Array,
  results: readonly Result[],
): Float64Array {
  const indices = new Map(coreSet.items.map((item, index) => [item, index]));
  const aligned = alignResults(results, (item) => indices.get(item), benchmark.scoreRange, 'the core set');
  const changed = stored.slice();
  aligned.forEach((index, k) => {
    changed[index] = results[k].score;
  });
  if (countObserved(changed) === 0) {
    throw new DomainError('missing-scores', 'there is no result on any item of this core set', [
      { path: 'results', message: 'must hold at least one result' },
    ]);
  }
  return changed;
}

/** Then the answer is the stored one. */
function asksForNothing({ level, methods }: AnswerOptions): boolean {
  return level === undefined && methods === undefined;
}

function toView(
  stored: StoredEvaluation,
  coreSet: CoreSet,
): Omit<EvaluationView, 'answer' | 'expectedError' | 'revision'> {
  const observedItems = countObserved(stored.results);
  return {
    id: stored.id,
    benchmark: coreSet.benchmark,
    coreSet: coreSet.id,
    model: stored.model,
    status: observedItems === coreSet.size ? 'complete' : 'partial',
    observedItems,
    population: coreSet.population.length,
    fromEvaluation: stored.fromEvaluation,
    metadata: stored.metadata,
    createdAt: stored.createdAt,
    updatedAt: stored.updatedAt,
  };
}

function tooManyChanges(): DomainError {
  return new DomainError('concurrent-change', 'others keep changing what this needs; try again');
}
