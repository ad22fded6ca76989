/** What can go wrong with a request before it means anything to the domain. */
export type HttpErrorCode =
  | 'route-not-found'
  | 'problem-not-found'
  | 'key-needed'
  | 'key-refused'
  | 'too-many-failed-tries'
  | 'insufficient-scope'
  | 'benchmark-not-allowed'
  | 'foreign-page'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'stopping'
  | 'unsupported-media-type'
  | 'rate-limited'
  | 'overloaded';

/** An error of the wire that a caller can act on. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;
  /** Seconds after which another try makes sense, where that depends on what happened. */
  readonly retryAfter: number | undefined;

  constructor(code: HttpErrorCode, detail: string, retryAfter?: number) {
    super(detail);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
