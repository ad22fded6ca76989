/** The closed list of what can go wrong in the domain. Adding a code without a status in http/problem.ts does not compile. */
export type ErrorCode =
  | 'invalid-request'
  | 'malformed-body'
  | 'too-large'
  | 'benchmark-not-found'
  | 'model-not-found'
  | 'core-set-not-found'
  | 'core-set-pending'
  | 'core-set-failed'
  | 'evaluation-not-found'
  | 'backtest-not-found'
  | 'key-not-found'
  | 'queue-full'
  | 'unknown-item'
  | 'unknown-group'
  | 'duplicate'
  | 'score-out-of-range'
  | 'score-conflict'
  | 'score-range-conflict'
  | 'missing-scores'
  | 'insufficient-data'
  | 'concurrent-change'
  | 'not-comparable'
  | 'unreadable-log'
  | 'ambiguous-log'
  | 'content-mismatch'
  | 'not-exportable'
  | 'idempotency-key-reused'
  | 'idempotency-key-in-use'
  | 'idempotent-answer-too-large'
  | 'storage-full'
  | 'storage-read-only'
  | 'storage-busy'
  | 'storage-failing'
  | 'database-corrupt'
  | 'not-ready'
  | 'database-newer'
  | 'database-unusable'
  | 'invalid-configuration';

/** One precise complaint: where in the input (`results.3.score`, `line 4, column q7`) and what is wrong there. */
export interface Issue {
  path: string;
  message: string;
}

/** An error names this many places at most. */
const maxIssues = 20;

/** An error a caller can act on. Anything else that is thrown is a defect of the service. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];

  constructor(code: ErrorCode, detail: string, issues: readonly Issue[] = [], cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.code = code;
    this.issues = issues.slice(0, maxIssues);
  }
}
