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
 * The measures of each task, and the one to take of it: what the caller names, else the one by which the task's scores are
 * stored already, else the only one that can be a score.
 * @param storedOf the measure by which a task's scores are stored; null where nobody said
 */
export function chooseMeasures(
  log: ScoreLog,
  choice: MeasureChoice,
  range: ScoreRange,
  storedOf: (task: string | null) => Measure | null,
): TaskMeasures[] {
  const columns = Map.groupBy(columnsOf(log), ({ column }) => column.task);
  return [...columns].map(([task, found]) => {
    const measures = measuresOf(found, range);
    const usual = found.map(({ part }) => readerOf(part.format).defaultMetric);
    // Where another harness scored the same task, its scores are not to be passed over.
    const defaults = usual.every((metric) => metric !== undefined) ? usual : [];
    const decision = decide(measures, choice, storedOf(task), defaults);
    const where = task === null ? 'the log' : `task ${task}`;
    return 'chosen' in decision
      ? { task, measures, chosen: decision.chosen, question: null }
      : { task, measures, chosen: null, question: `${where} ${decision.question}` };
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

type Decision = { readonly chosen: FoundMeasure } | { readonly question: string };

function decide(
  measures: readonly FoundMeasure[],
  choice: MeasureChoice,
  stored: Measure | null,
  defaults: readonly string[],
): Decision {
  const metrics = choice.metrics.length > 0 ? choice.metrics : stored === null ? [] : [stored.metric];
  const filters = choice.filters.length > 0 ? choice.filters : stored === null ? [] : [filterName(stored)];
  const ofMetric = narrow(measures, metrics, ({ metric }) => metric);
  if (ofMetric === null)
    return { question: `has no ${metrics.join(' or ')}, choose by metric: ${namesOf(measures)}` };
  // Where nothing was filtered a wish for a filter is not about this task.
  const isFiltered = ofMetric.some((measure) => filterName(measure) !== 'none');
  const ofFilter = narrow(ofMetric, isFiltered ? filters : [], filterName);
  if (ofFilter === null) {
    return {
      question: `has no ${filters.join(' or ')}, choose by filter: ${ofMetric.map(filterName).join(', ')}`,
    };
  }
  const found =
    metrics.length > 0 ? ofFilter : (narrow(ofFilter, defaults, ({ metric }) => metric) ?? ofFilter);
  // What cannot be a score is nobody's choice, unless there is nothing else.
  const usable = found.filter(({ unusable, scored }) => unusable === null && scored > 0);
  const left = usable.length > 0 ? usable : found;
  if (left.length > 1) return { question: askBetween(left, measures) };
  const [only] = left;
  if (only.unusable !== null)
    return { question: `cannot be imported: ${only.unusable.place} ${only.unusable.reason}` };
  if (stored !== null && !isSame(only, stored)) {
    return {
      question: `is stored by ${describe(stored)}, and ${describe(only)} is another measure: use another benchmark`,
    };
  }
  return { chosen: only };
}

/** Those of the first wanted name that there is; all where no name is wanted, null where none of them is there. */
function narrow(
  measures: readonly FoundMeasure[],
  wanted: readonly string[],
  nameOf: (measure: FoundMeasure) => string,
): readonly FoundMeasure[] | null {
  if (wanted.length === 0) return measures;
  const name = wanted.find((candidate) => measures.some((measure) => nameOf(measure) === candidate));
  return name === undefined ? null : measures.filter((measure) => nameOf(measure) === name);
}

function askBetween(left: readonly FoundMeasure[], all: readonly FoundMeasure[]): string {
  const metrics = new Set(left.map(({ metric }) => metric));
  if (metrics.size > 1) return `has several metrics, choose by metric: ${namesOf(all)}`;
  const filters = left.map(filterName).join(', ');
  return `has ${[...metrics][0]} by several filters, choose by filter: ${filters}`;
}

function namesOf(measures: readonly FoundMeasure[]): string {
  return [...new Set(measures.filter(({ unusable }) => unusable === null).map(({ metric }) => metric))].join(
    ', ',
  );
}

function isSame(a: Measure, b: Measure): boolean {
  return a.metric === b.metric && filterName(a) === filterName(b);
}

function filterName({ filter }: Measure): string {
  return filter ?? 'none';
}

/** A measure in words. */
export function describe(measure: Measure): string {
  return measure.filter === null ? measure.metric : `${measure.metric} (${measure.filter})`;
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
