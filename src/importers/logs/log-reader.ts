import type { Unpacking } from '../files/expand.ts';
import type { LogFile } from '../files/log-file.ts';
import type { Head } from './head.ts';
import type { LogFormat } from './log-format.ts';
import type { ScoreLog } from './score-log.ts';

export interface ReadOptions {
  /** The task of files that do not say theirs. */
  readonly task: string | null;
  /** The field of a sample's metadata that is its group; its task where there is none. */
  readonly group: string | null;
}

export interface ReadContext extends ReadOptions {
  readonly log: ScoreLog;
  readonly unpacking: Unpacking;
}

/** What a file turned out to be. */
export interface ReadOutcome {
  /** Samples in it. */
  readonly records: number;
  /** Why nothing was taken from it, or what to know about it. */
  readonly note: string | null;
}

/** Reads the logs of one harness, as they arrive. */
export interface LogReader {
  readonly format: LogFormat;
  /** Whether it tries samples several times; else an item that is there twice is a mistake. */
  readonly hasRepeats: boolean;
  /** The metric that is meant where nobody says which. */
  readonly defaultMetric?: string;
  /** Companions say something about the scores of other files, and are read before them. */
  recognises(head: Head): 'scores' | 'companion' | null;
  /** @throws DomainError unreadable-log: cut off, damaged, or of another shape, naming the place */
  read(file: LogFile, head: Head, context: ReadContext): Promise<ReadOutcome>;
  /** Called when all files have been read. */
  finish?(log: ScoreLog): void;
}
