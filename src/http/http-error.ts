/** What can go wrong with a request before it means anything to the domain. */
export type HttpErrorCode =
  | 'route-not-found'
  | 'problem-not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'unsupported-media-type';

/** An error of the wire that a caller can act on. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
