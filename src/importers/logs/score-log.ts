import { maxNameLength } from '../../scores/names.ts';
import { folderOf } from '../files/log-file.ts';
import { unreadable } from '../files/unreadable.ts';
import type { LogFormat } from './log-format.ts';

const maxColumns = 20_000;
const maxItems = 1_000_000;

/** How samples were scored: a metric, and the filter (lm-eval), key (Inspect) or split (HELM) it is of. */
export interface Measure {
  readonly metric: string;
  readonly filter: string | null;
}

/** An item as a log names it. */
export interface LogItem {
  /** null where the log knows no tasks. */
  readonly task: string | null;
  /** Its id in that task. */
  readonly id: string;
  /** Of its content, with the recipe it was made by: `lm-eval:<hex>`. */
  readonly hash: string | null;
  readonly group: string | null;
}

/** The scores of one task by one measure: parallel lists, an entry a sample. */
export interface MeasureColumn extends Measure {
  readonly task: string | null;
  /** Indices into the items of the log; the same one again is a repeat. */
  readonly items: number[];
  /** NaN = missing. */
  readonly scores: number[];
  /** Why it cannot be a score, and where that was seen first. */
  unusable: { readonly place: string; readonly reason: string } | null;
}

/** What the log itself says that the mean of a task is. */
export interface Summary extends Measure {
  readonly task: string | null;
  readonly value: number;
  /** Samples it is the mean of; null = not said. */
  readonly items: number | null;
}

/** What a file beside the scores says about a run: `results_*.json`, `run_spec.json`. */
export interface Companion {
  readonly file: string;
  /** What it shares with the files of its run. */
  readonly pair: string;
  readonly model: string | null;
  readonly summaries: readonly Summary[];
  /** Names of a task's filters, in the order in which they were applied. */
  readonly filters?: ReadonlyMap<string, readonly string[]>;
  /** The task of all files of its run, where they do not say it themselves. */
  readonly task?: string;
}

/** What became of a file. */
export interface ReadFile {
  readonly file: string;
  readonly format: LogFormat | null;
  /** Samples it holds. */
  readonly records: number;
  /** Why nothing was taken from it, or what to know about it. */
  readonly note: string | null;
}

/** The scores in one file, of one model. */
export class LogPart {
  readonly file: string;
  readonly format: LogFormat;
  /** What it shares with the companions of its run. */
  readonly pair: string | null;
  model: string | null;
  readonly columns = new Map<string, MeasureColumn>();
  readonly summaries: Summary[] = [];
  /** Indices of items without a score, by reason. */
  readonly missing = new Map<string, Set<number>>();

  constructor(of: { file: string; format: LogFormat; model: string | null; pair?: string | null }) {
    this.file = of.file;
    this.format = of.format;
    this.model = of.model;
    this.pair = of.pair ?? null;
  }

  /**
   * The scores of a task by a measure, made at its first mention.
   * @throws DomainError unreadable-log: more of them than any log has, or a name that is none
   */
  column(task: string | null, metric: string, filter: string | null): MeasureColumn {
    const key = columnKey({ task, metric, filter });
    const known = this.columns.get(key);
    if (known !== undefined) return known;
    checkNames(this.file, { metric, filter });
    if (this.columns.size === maxColumns)
      throw unreadable(this.file, `has more than ${maxColumns} metrics of tasks`);
    const column: MeasureColumn = { task, metric, filter, items: [], scores: [], unusable: null };
    this.columns.set(key, column);
    return column;
  }
}

/** What was read from the files of one import, before it is decided what to take from it. */
export class ScoreLog {
  readonly items: LogItem[] = [];
  readonly parts: LogPart[] = [];
  readonly files: ReadFile[] = [];
  readonly notes = new Set<string>();
  readonly #indices = new Map<string, number>();
  readonly #companions = new Map<string, Companion[]>();

  /**
   * The index of an item, added at its first mention. The same id with another content is another item.
   * @throws DomainError unreadable-log: a task, id or hash that is too long to be one, or too many items
   */
  itemIndex(item: LogItem): number {
    const key = JSON.stringify([item.task, item.id, item.hash]);
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    checkNames(item.task ?? 'log', { task: item.task, id: item.id, hash: item.hash });
    if (this.items.length === maxItems) throw unreadable('log', `has more than ${maxItems} items`);
    const index = this.items.push(item) - 1;
    this.#indices.set(key, index);
    return index;
  }

  addCompanion(companion: Companion): void {
    const same = this.#companions.get(companion.pair);
    if (same === undefined) this.#companions.set(companion.pair, [companion]);
    else same.push(companion);
  }

  /** What goes with the files of a run: of those in its folder, if there are any. */
  companionsOf({
    pair,
    file,
  }: {
    readonly pair: string | null;
    readonly file: string;
  }): readonly Companion[] {
    const paired = pair === null ? [] : (this.#companions.get(pair) ?? []);
    const beside = paired.filter((companion) => folderOf(companion.file) === folderOf(file));
    return beside.length > 0 ? beside : paired;
  }
}

/** Calls a column of a part otherwise; where there is one of that name, the two become one. */
export function renameFilter(part: LogPart, column: MeasureColumn, filter: string | null): void {
  const key = columnKey({ ...column, filter });
  if (key === columnKey(column)) return;
  part.columns.delete(columnKey(column));
  const known = part.columns.get(key);
  part.columns.set(key, known === undefined ? { ...column, filter } : joined(known, column));
}

/** Two columns as one, called as the first. */
function joined(first: MeasureColumn, second: MeasureColumn): MeasureColumn {
  return {
    ...first,
    items: first.items.concat(second.items),
    scores: first.scores.concat(second.scores),
    unusable: first.unusable ?? second.unusable,
  };
}

/** A task and a measure as one key. */
export function columnKey({ task, metric, filter }: Measure & { readonly task: string | null }): string {
  return JSON.stringify([task, metric, filter]);
}

function checkNames(place: string, names: Readonly<Record<string, string | null>>): void {
  for (const [what, name] of Object.entries(names)) {
    if (name === null || name.length <= maxNameLength) continue;
    throw unreadable(
      place,
      `${what} ${JSON.stringify(name.slice(0, 40))}... is longer than ${maxNameLength} characters`,
    );
  }
}
