import type { LogFormat } from './log-format.ts';

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
  /** Samples without a score, by reason. */
  readonly missing = new Map<string, number>();

  constructor(of: { file: string; format: LogFormat; model: string | null; pair?: string | null }) {
    this.file = of.file;
    this.format = of.format;
    this.model = of.model;
    this.pair = of.pair ?? null;
  }

  /** The scores of a task by a measure, made at its first mention. */
  column(task: string | null, metric: string, filter: string | null): MeasureColumn {
    const key = JSON.stringify([task, metric, filter]);
    const known = this.columns.get(key);
    if (known !== undefined) return known;
    const column: MeasureColumn = { task, metric, filter, items: [], scores: [], unusable: null };
    this.columns.set(key, column);
    return column;
  }
}

/** What was read from the files of one import, before it is decided what to take from it. */
export class ScoreLog {
  readonly items: LogItem[] = [];
  readonly parts: LogPart[] = [];
  readonly companions: Companion[] = [];
  readonly files: ReadFile[] = [];
  readonly notes = new Set<string>();
  readonly #indices = new Map<string, number>();

  /** The index of an item, added at its first mention. The same id with another content is another item. */
  itemIndex(item: LogItem): number {
    const key = JSON.stringify([item.task, item.id, item.hash]);
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const index = this.items.push(item) - 1;
    this.#indices.set(key, index);
    return index;
  }
}
