import { DomainError } from '../../errors.ts';
import { isInRange, type ScoreRange } from '../../scores/score-range.ts';
import { readerOf } from './registry.ts';
import type { LogPart, Measure, MeasureColumn, ScoreLog } from './score-log.ts';

/** What the caller says about which scores are meant, the most wanted first. */
export interface MeasureChoice {
  readonly metrics: readonly string[];
  readonly filters: readonly string[];
}

/** A way in which samples of a task were scored, over all files. */
export interface FoundMeasure extends Measure {
  readonly scored: number;
  readonly missing: number;
  /** Why it cannot be imported, and where that was seen first. */
  readonly unusable: { readonly place: string; readonly reason: string } | null;
}

export interface TaskMeasures {
  readonly task: string | null;
  readonly measures: readonly FoundMeasure[];
  /** null where nothing says which is meant. */
  readonly chosen: FoundMeasure | null;
  /** What to ask the caller; null where one is chosen. */
  readonly question: string | null;
}

/**
 * The measures of each task, and the one to take of it: the only one there is that can be a score, or the first that the
 * caller names.
 */
export function chooseMeasures(log: ScoreLog, choice: MeasureChoice, range: ScoreRange): TaskMeasures[] {
  const columns = Map.groupBy(columnsOf(log), ({ column }) => column.task);
  return [...columns].map(([task, found]) => {
    const measures = measuresOf(found, range);
    const defaults = found.flatMap(({ part }) => readerOf(part.format).defaultMetric ?? []);
    const wanted = choice.metrics.length > 0 ? choice.metrics : defaults;
    const picked = pick(measures, wanted, choice.filters);
    const chosen = picked.length === 1 && picked[0].unusable === null ? picked[0] : null;
    return { task, measures, chosen, question: chosen === null ? ask(task, measures, picked, choice) : null };
  });
}

function* columnsOf(log: ScoreLog): Generator<{ part: LogPart; column: MeasureColumn }> {
  for (const part of log.parts) for (const column of part.columns.values()) yield { part, column };
}

function measuresOf(found: readonly { column: MeasureColumn }[], range: ScoreRange): FoundMeasure[] {
  const byMeasure = Map.groupBy(found, ({ column }) => JSON.stringify([column.metric, column.filter]));
  return [...byMeasure.values()].map((entries) => {
    const columns = entries.map(({ column }) => column);
    const total = columns.reduce((sum, { scores }) => sum + scores.length, 0);
    const missing = columns.reduce((sum, { scores }) => sum + scores.filter(Number.isNaN).length, 0);
    const odd = columns.find(({ unusable }) => unusable !== null)?.unusable;
    const { metric, filter } = columns[0];
    return { metric, filter, scored: total - missing, missing, unusable: odd ?? outside(columns, range) };
  });
}

function outside(columns: readonly MeasureColumn[], range: ScoreRange): FoundMeasure['unusable'] {
  for (const { metric, scores } of columns) {
    const stranger = scores.find((score) => !Number.isNaN(score) && !isInRange(score, range));
    if (stranger !== undefined) {
      return {
        place: metric,
        reason: `has ${stranger}, outside the score range [${range.low}, ${range.high}]`,
      };
    }
  }
  return null;
}

function pick(
  measures: readonly FoundMeasure[],
  metrics: readonly string[],
  filters: readonly string[],
): readonly FoundMeasure[] {
  const ofMetric = narrow(measures, metrics, ({ metric }) => metric);
  const ofFilter = narrow(ofMetric, filters, ({ filter }) => filter ?? 'none');
  // What cannot be a score is nobody's choice, unless there is nothing else.
  const usable = ofFilter.filter(({ unusable, scored }) => unusable === null && scored > 0);
  return usable.length > 0 ? usable : ofFilter;
}

/** Those of the first wanted name that there is; all where none is. */
function narrow(
  measures: readonly FoundMeasure[],
  wanted: readonly string[],
  nameOf: (measure: FoundMeasure) => string,
): readonly FoundMeasure[] {
  const name = wanted.find((candidate) => measures.some((measure) => nameOf(measure) === candidate));
  return name === undefined ? measures : measures.filter((measure) => nameOf(measure) === name);
}

function ask(
  task: string | null,
  measures: readonly FoundMeasure[],
  picked: readonly FoundMeasure[],
  choice: MeasureChoice,
): string {
  const where = task === null ? 'the log' : `task ${task}`;
  if (picked.length === 1)
    return `${where} cannot be imported: ${picked[0].metric} ${picked[0].unusable?.reason}`;
  const usable = measures.filter(({ unusable }) => unusable === null);
  const metrics = new Set(usable.map(({ metric }) => metric));
  const pickedMetrics = new Set(picked.map(({ metric }) => metric));
  if (pickedMetrics.size > 1) {
    const missed = choice.metrics.length > 0 ? ` (there is no ${choice.metrics.join(', ')})` : '';
    return `${where} has several metrics, choose by metric: ${[...metrics].join(', ')}${missed}`;
  }
  const filters = picked.map(({ filter }) => filter ?? 'none');
  return `${where} has ${[...pickedMetrics][0]} by several filters, choose by filter: ${filters.join(', ')}`;
}

/** @throws DomainError ambiguous-log: a task leaves a choice, naming what there is to choose from */
export function refuseQuestions(tasks: readonly TaskMeasures[]): void {
  const open = tasks.filter(({ question }) => question !== null);
  if (open.length === 0) return;
  throw new DomainError(
    'ambiguous-log',
    `${open[0].question}${open.length > 1 ? ` (and ${open.length - 1} more tasks)` : ''}; nothing was stored`,
    open.map(({ task, question }) => ({ path: task ?? 'log', message: question! })),
  );
}
