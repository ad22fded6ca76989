import { DomainError } from '../../errors.ts';
import type { TaskMeasures } from './choose-measures.ts';
import { ItemMatcher, type KnownItems, type MatchOptions, type Remapping } from './match-items.ts';
import { type ReducerName, reducers } from './reducers.ts';
import type { LogPart, MeasureColumn, ScoreLog, Summary } from './score-log.ts';
import type { ReadMean } from './summaries.ts';

/** An item of a run: NaN = it is there and has no score. */
export interface TakenScore {
  /** Index into the items of the log. */
  readonly index: number;
  readonly score: number;
}

/** What the files hold of one model, by the chosen measures. */
export interface TakenRun {
  readonly model: string;
  /** By the item's name in the benchmark. */
  readonly scores: ReadonlyMap<string, TakenScore>;
  readonly remapped: readonly Remapping[];
}

export interface TakeOptions extends MatchOptions {
  readonly reducer: ReducerName;
}

/**
 * The scores of one model after another, so that only one of them is spread out in memory at a time.
 * @throws DomainError what an ItemMatcher throws; duplicate: two files hold other scores of a model for an item
 */
export function* takeScores(
  log: ScoreLog,
  tasks: readonly TaskMeasures[],
  models: ReadonlyMap<LogPart, string>,
  known: KnownItems,
  options: TakeOptions,
): Generator<TakenRun> {
  const matcher = new ItemMatcher(log.items, known, options);
  const byModel = Map.groupBy(log.parts, (part) => models.get(part)!);
  for (const [model, parts] of byModel) {
    const scores = new Map<string, TakenScore>();
    const origins = new Map<string, LogPart>();
    const remapped: Remapping[] = [];
    for (const part of parts) {
      const repeats = gatherRepeats(chosenColumns(part, tasks));
      const matched = matcher.match(repeats.keys());
      remapped.push(...matched.remapped);
      for (const [index, values] of repeats) {
        const taken = { index, score: reduce(values, options.reducer) };
        const name = matched.names.get(index)!;
        const before = scores.get(name);
        if (before !== undefined) refuseOther(model, name, before, taken, [origins.get(name)!, part]);
        if (before === undefined || Number.isNaN(before.score)) {
          scores.set(name, taken);
          origins.set(name, part);
        }
      }
    }
    yield { model, scores, remapped };
  }
}

function chosenColumns(part: LogPart, tasks: readonly TaskMeasures[]): MeasureColumn[] {
  return [...part.columns.values()].filter((column) =>
    tasks.some(
      ({ task, chosen }) =>
        task === column.task && chosen?.metric === column.metric && chosen.filter === column.filter,
    ),
  );
}

/** The scores of each item, one for each time it was tried. */
function gatherRepeats(columns: readonly MeasureColumn[]): Map<number, number[]> {
  const repeats = new Map<number, number[]>();
  for (const { items, scores } of columns) {
    for (let k = 0; k < items.length; k++) {
      const values = repeats.get(items[k]);
      if (values === undefined) repeats.set(items[k], [scores[k]]);
      else values.push(scores[k]);
    }
  }
  return repeats;
}

/** Tries without a score do not count; NaN where there are no others. */
function reduce(values: readonly number[], reducer: ReducerName): number {
  const there = values.filter((value) => !Number.isNaN(value));
  return there.length === 0 ? Number.NaN : reducers[reducer](there);
}

/** The same score again, from a copy of a log, is none the worse. */
function refuseOther(
  model: string,
  name: string,
  before: TakenScore,
  after: TakenScore,
  [first, second]: readonly LogPart[],
): void {
  if (Number.isNaN(before.score) || Number.isNaN(after.score) || before.score === after.score) return;
  const detail =
    first === second
      ? `${first.file} has item "${name}" under two contents, with scores ${before.score} and ${after.score}`
      : `${first.file} and ${second.file} are of the same model "${model}" and differ on item "${name}": ${before.score} and ${after.score}`;
  throw new DomainError('duplicate', `${detail}; send one run of a model; nothing was stored`, [
    { path: `model ${model}, item ${name}`, message: `is there as ${before.score} and as ${after.score}` },
  ]);
}

/** The mean of what a part holds by the measure of a summary, as harnesses take it: over items, repeats averaged first. */
export function meanOfPart(part: LogPart, { task, metric, filter }: Summary): ReadMean | null {
  const columns = [...part.columns.values()].filter(
    (column) =>
      column.metric === metric && column.filter === filter && (task === null || column.task === task),
  );
  const means = [...gatherRepeats(columns).values()]
    .map((values) => reduce(values, 'mean'))
    .filter((value) => !Number.isNaN(value));
  return means.length === 0 ? null : { mean: reducers.mean(means), items: means.length };
}
