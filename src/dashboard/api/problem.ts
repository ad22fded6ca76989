import type { components } from '../../../clients/typescript/src/schema.d.ts';

export type Problem = components['schemas']['Problem'];

/** What the service said is wrong, or that it could not be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** 0: there was no answer. */
  readonly status: number;
  readonly title: string;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly requestId: string | null;
  /** The last part of the problem's type, for example `ambiguous-log`. */
  readonly code: string;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? 'The service gave no reason.');
    this.status = status;
    this.title = problem.title ?? 'The service did not answer as it should';
    this.issues = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
    this.code = problem.type?.split('/').at(-1) ?? 'unknown';
  }
}

export function unreachable(): ApiError {
  return new ApiError(0, {
    title: 'The service cannot be reached',
    detail: 'No answer came. Is it running, and is this device connected?',
  });
}
