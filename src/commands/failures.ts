import { CommanderError } from 'commander';
import { DomainError, type Issue } from '../errors.ts';

/** What the caller can mend, and no DomainError: a file that cannot be read, a server that refuses or is not there. */
export class CallerError extends Error {
  override readonly name: string = 'CallerError';
  readonly issues: readonly Issue[];

  constructor(message: string, issues: readonly Issue[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.issues = issues;
  }
}

/** A problem document (RFC 9457) of a server. */
export class ServerProblem extends CallerError {
  readonly status: number;
  /** The last part of its type: `benchmark-not-found`. */
  readonly code: string;

  constructor(status: number, code: string, message: string, issues: readonly Issue[]) {
    super(message, issues);
    this.status = status;
    this.code = code;
  }
}

/** The answer is out, and its warnings are what `--fail-on` was to stop at. */
export class WarningsFound extends Error {
  override readonly name = 'WarningsFound';
}

/** 1: the caller's mistake, or a defect. 2: the command line cannot be understood. 3: warnings that `--fail-on` names. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface Failure {
  readonly exitCode: ExitCode;
  /** null: everything was said already. */
  readonly text: string | null;
}

/** A mistake of the caller gets a sentence and the places, a defect its stack. */
export function failureOf(error: unknown): Failure {
  // Help and the version come this way too, as a success.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2, text: null };
  if (error instanceof WarningsFound) return { exitCode: 3, text: `benchcast: ${error.message}` };
  if (error instanceof DomainError || error instanceof CallerError) {
    return { exitCode: 1, text: describe(error) };
  }
  return { exitCode: 1, text: error instanceof Error ? (error.stack ?? String(error)) : String(error) };
}

function describe({ message, issues }: DomainError | CallerError): string {
  const places = issues.filter(({ path }) => !message.includes(path));
  return [`benchcast: ${message}`, ...places.map(({ path, message: what }) => `  ${path}: ${what}`)].join(
    '\n',
  );
}
