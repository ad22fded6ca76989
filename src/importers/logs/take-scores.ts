import { DomainError } from '../../errors.ts';
import { describe, type FoundMeasure, type TaskMeasures } from './choose-measures.ts';
import type { ItemMatcher, KnownItems, Remapping } from './match-items.ts';
import { type ReducerName, reducers } from './reducers.ts';
import { readerOf } from './registry.ts';
import { columnKey, type LogPart, type MeasureColumn, type ScoreLog, type Summary } from './score-log.ts';
import type { ReadMean } from './summaries.ts';

/** An item of a run: NaN = it is there and has no score. */
export interface TakenScore {
  /** Index into the items of the log. */
  readonly index: number;
  readonly score: number;
  readonly part: LogPart;
}

/** What the files hold of one model, by the chosen measures. */
export interface TakenRun {
  readonly model: string;
  /** By the item's name in the benchmark. */
  readonly scores: ReadonlyMap<string, TakenScore>;
  readonly remapped: readonly Remapping[];
}

/**
 * The scores of one model after another, so that only one of them is spread out in memory at a time; the largest runs
 * first. What a run brings that the benchmark does not have is known to the next ones.
 * @throws DomainError what an ItemMatcher throws; duplicate: scores of a model for an item that cannot both be right
 */
export function* takeScores(
  log: ScoreLog,
  tasks: readonly TaskMeasures[],
  models: ReadonlyMap<LogPart, string>,
  known: KnownItems,
  matcher: ItemMatcher,
  reducer: ReducerName,
): Generator<TakenRun> {
  const chosen = new Map(tasks.map((task) => [task.task, task.chosen]));
  const byModel = Map.groupBy(log.parts, (part) => models.get(part)!);
  const runs = Array.from(byModel, ([model, parts]) => ({
    model,
    parts: parts.map((part) => ({ part, columns: chosenColumns(part, chosen, model, log) })),
  }));
  for (const { model, parts } of runs.toSorted((a, b) => samplesOf(b) - samplesOf(a))) {
    const scores = new Map<string, TakenScore>();
    const claimed = new Set<string>();
    const remapped: Remapping[] = [];
    for (const { part, columns } of parts) {
      const repeats = gatherRepeats(columns);
      const matched = matcher.match(repeats.keys(), claimed);
      remapped.push(...matched.remapped);
      for (const [index, values] of repeats) {
        const name = matched.names.get(index)!;
        const taken = { index, part, score: reduce(values, reducer, part, name) };
        const before = scores.get(name);
        if (before !== undefined) refuseOther(model, name, before, taken);
        if (before === undefined || Number.isNaN(before.score)) scores.set(name, taken);
      }
    }
    learn(known, log, scores, remapped);
    yield { model, scores, remapped };
  }
}

function samplesOf({
  parts,
}: {
  readonly parts: readonly { readonly columns: readonly MeasureColumn[] }[];
}): number {
  return parts.flatMap(({ columns }) => columns).reduce((sum, { items }) => sum + items.length, 0);
}

/** Items under the ids that they bear in a run. */
function learn(
  known: KnownItems,
  log: ScoreLog,
  scores: ReadonlyMap<string, TakenScore>,
  remapped: readonly Remapping[],
): void {
  const moved = new Set(remapped.map(({ to }) => to));
  for (const [name, { index }] of scores) {
    const { task, id, hash } = log.items[index];
    if (!moved.has(name)) known.add({ item: name, task, nativeId: id, contentHash: hash, measure: null });
  }
}

function chosenColumns(
  part: LogPart,
  chosen: ReadonlyMap<string | null, FoundMeasure | null>,
  model: string,
  log: ScoreLog,
): MeasureColumn[] {
  const tasks = new Set(Array.from(part.columns.values(), ({ task }) => task));
  return [...tasks].flatMap((task) => {
    const measure = chosen.get(task);
    if (!measure) return [];
    const { metric, filter } = measure;
    const column = part.columns.get(columnKey({ task, metric, filter }));
    if (column === undefined) {
      log.notes.add(
        `"${model}" has no ${describe(measure)} in ${task ?? 'its log'}: nothing was taken of it there`,
      );
    }
    return column ?? [];
  });
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

/**
 * Tries without a score do not count; NaN where there are no others.
 * @throws DomainError duplicate: the harness tries samples once, and this one is there twice with other scores
 */
function reduce(values: readonly number[], reducer: ReducerName, part: LogPart, name: string): number {
  const there = values.filter((value) => !Number.isNaN(value));
  if (there.length === 0) return Number.NaN;
  if (there.length > 1 && !readerOf(part.format).hasRepeats) {
    const other = there.find((value) => value !== there[0]);
    if (other !== undefined) {
      throw duplicate(`${part.file} has item "${name}" twice (was it appended to?)`, name, there[0], other);
    }
  }
  return reducers[reducer](there);
}

/** The same score again, from a copy of a log, is none the worse. */
function refuseOther(model: string, name: string, before: TakenScore, after: TakenScore): void {
  if (before.part === after.part) {
    throw duplicate(
      `${after.part.file} has two items that are both "${name}"`,
      name,
      before.score,
      after.score,
    );
  }
  const isSame = Number.isNaN(before.score) || Number.isNaN(after.score) || before.score === after.score;
  if (isSame) return;
  throw duplicate(
    `${before.part.file} and ${after.part.file} are of the same model "${model}" and differ on item "${name}"`,
    name,
    before.score,
    after.score,
  );
}

function duplicate(what: string, name: string, first: number, second: number): DomainError {
  return new DomainError(
    'duplicate',
    `${what}: ${first} and ${second}; send one run of a model; nothing was stored`,
    [{ path: `item ${name}`, message: `is there as ${first} and as ${second}` }],
  );
}

/** The mean of what a part holds by the measure of a summary, as harnesses take it: over items, repeats averaged first. */
export function meanOfPart(part: LogPart, { task, metric, filter }: Summary): ReadMean | null {
  const columns = [...part.columns.values()].filter(
    (column) =>
      column.metric === metric &&
      (column.filter === filter || column.filter === null) &&
      (task === null || column.task === task),
  );
  const means = [...gatherRepeats(columns).values()]
    .map((values) => values.filter((value) => !Number.isNaN(value)))
    .filter((values) => values.length > 0)
    .map(reducers.mean);
  return means.length === 0 ? null : { mean: reducers.mean(means), items: means.length };
}
