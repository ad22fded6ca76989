import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type ErrorCode, type Issue } from '../errors.ts';
import { HttpError, type HttpErrorCode } from './http-error.ts';
import type { SafeHeaders } from './safe-headers.ts';

export type ProblemCode =
  | ErrorCode
  | HttpErrorCode
  | 'malformed-request'
  | 'request-timeout'
  | 'headers-too-large'
  | 'internal-error';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Seconds after which it may be worth another try. */
  readonly retryAfter?: number;
}

/** Every way in which a request can fail. A code without a line here does not compile. */
export const problemKinds = {
  'malformed-request': { status: 400, title: 'The request cannot be parsed' },
  'malformed-body': { status: 400, title: 'The body cannot be parsed' },
  'key-needed': { status: 401, title: 'A key is needed' },
  'key-refused': { status: 401, title: 'The key is not valid' },
  'insufficient-scope': { status: 403, title: 'The key may not do that' },
  'benchmark-not-allowed': { status: 403, title: 'The key is not for that benchmark' },
  'foreign-page': { status: 403, title: 'Pages of other origins are not let in' },
  'too-many-failed-tries': { status: 429, title: 'Too many keys were tried', retryAfter: 60 },
  'route-not-found': { status: 404, title: 'There is nothing at this address' },
  'benchmark-not-found': { status: 404, title: 'There is no such benchmark' },
  'model-not-found': { status: 404, title: 'There is no such model' },
  'core-set-not-found': { status: 404, title: 'There is no such core set' },
  'evaluation-not-found': { status: 404, title: 'There is no such evaluation' },
  'key-not-found': { status: 404, title: 'There is no such key' },
  'backtest-not-found': { status: 404, title: 'There is no such back-test' },
  'problem-not-found': { status: 404, title: 'There is no such kind of problem' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'not-acceptable': { status: 406, title: 'None of the accepted formats is to be had' },
  'score-conflict': { status: 409, title: 'Scores are already stored with other values' },
  'score-range-conflict': { status: 409, title: 'The score range excludes stored scores' },
  'concurrent-change': { status: 409, title: 'It was changed at the same time' },
  'core-set-pending': { status: 409, title: 'The core set is not ready' },
  'core-set-failed': { status: 409, title: 'The core set could not be chosen' },
  'idempotency-key-in-use': {
    status: 409,
    title: 'The first request with this key is still under way',
    retryAfter: 1,
  },
  'idempotent-answer-too-large': { status: 409, title: 'It is done, but its answer was not kept' },
  'request-timeout': { status: 408, title: 'The request took too long' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'too-large': { status: 413, title: 'That is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has a type that is not taken here' },
  'invalid-request': { status: 422, title: 'The request is not valid' },
  'unknown-item': { status: 422, title: 'Some items are not known' },
  'unknown-group': { status: 422, title: 'Some groups are not known' },
  duplicate: { status: 422, title: 'Something is here twice' },
  'score-out-of-range': { status: 422, title: 'Some scores are outside the score range' },
  'missing-scores': { status: 422, title: 'Scores are missing' },
  'not-comparable': { status: 422, title: 'These cannot be compared' },
  'unreadable-log': { status: 422, title: 'The log cannot be read' },
  'ambiguous-log': { status: 422, title: 'The log leaves a choice' },
  'content-mismatch': { status: 422, title: 'Some items have another content than what is stored' },
  'not-exportable': { status: 422, title: 'That harness cannot run these items' },
  'insufficient-data': { status: 422, title: 'There is not enough data' },
  'idempotency-key-reused': { status: 422, title: 'This key was used for another request' },
  'rate-limited': { status: 429, title: 'Too many requests came from here', retryAfter: 1 },
  'internal-error': { status: 500, title: 'The service failed' },
  overloaded: { status: 503, title: 'The service has enough to do', retryAfter: 1 },
  'queue-full': { status: 503, title: 'There is no room for more work now', retryAfter: 30 },
  'not-ready': { status: 503, title: 'The service is not ready', retryAfter: 5 },
  stopping: { status: 503, title: 'The service is stopping', retryAfter: 5 },
  'storage-read-only': { status: 503, title: 'The database is read-only', retryAfter: 30 },
  'storage-busy': { status: 503, title: 'The database is in use', retryAfter: 5 },
  'storage-failing': { status: 503, title: 'The disk fails', retryAfter: 30 },
  'database-corrupt': { status: 503, title: 'The database is damaged' },
  'database-newer': { status: 503, title: 'The database is newer than the service' },
  'database-unusable': { status: 503, title: 'The database cannot be used' },
  'invalid-configuration': { status: 503, title: 'The service is misconfigured' },
  'storage-full': { status: 507, title: 'The disk is full', retryAfter: 30 },
} as const satisfies Record<ProblemCode, ProblemKind>;

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly request_id: string;
  readonly errors?: readonly Issue[];
}

/** What a client is told of an error. Of a defect it learns nothing but the id under which it was logged. */
function toProblem(error: unknown, code: ProblemCode, request: FastifyRequest): Problem {
  const issues = error instanceof DomainError ? error.issues : [];
  return {
    ...problemOf(code, detailOf(code, error as Error, request), request.url.split('?')[0], request.id),
    ...(issues.length > 0 && { errors: issues }),
  };
}

function problemOf(code: ProblemCode, detail: string, instance: string, id: string): Problem {
  const { status, title } = problemKinds[code];
  return { type: `/problems/${code}`, title, status, detail, instance, request_id: id };
}

/** For so long the other side may read why, and close; else its connection would stay half-open. */
const lingerMilliseconds = 2000;

const codeOfConnectionError: Readonly<Record<string, ProblemCode | undefined>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
};

/** Answers what never became a request: the bytes on the connection are not HTTP, too many, or too slow. */
export function answerConnectionError(
  error: Error & { code?: string },
  socket: Socket,
  safe: SafeHeaders,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isBeingAnswered(socket)) {
    socket.destroy();
    return;
  }
  const code = codeOfConnectionError[error.code ?? ''] ?? 'malformed-request';
  const body = JSON.stringify(problemOf(code, error.message, '', randomUUID()));
  socket.end(
    [
      `HTTP/1.1 ${problemKinds[code].status} ${problemKinds[code].title}`,
      'connection: close',
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(safe).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );
  setTimeout(() => socket.destroy(), lingerMilliseconds).unref();
}

/** In the middle of an answer another one would pass for a part of it. */
function isBeingAnswered(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  return answer?.headersSent === true;
}

function detailOf(code: ProblemCode, error: Error & { code?: string }, request: FastifyRequest): string {
  if (code === 'internal-error') return 'the failure was logged under this request id';
  if (isZlibError(error)) return `the body is not valid gzip: ${error.message}`;
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return `the content type ${request.headers['content-type'] ?? '(none)'} is not taken here, ${mediaTypesOf(request)} is`;
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return `the body is larger than ${request.routeOptions.bodyLimit} bytes, the limit of this address`;
  }
  return error.message;
}

function mediaTypesOf({ routeOptions }: FastifyRequest): string {
  const body = routeOptions.schema?.body as { content?: object } | undefined;
  return Object.keys(body?.content ?? { 'application/json': 0 }).join(' or ');
}

/** The one place where errors become answers. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const code = codeOf(error);
  const problem = toProblem(error, code, request);
  if (isOverload(code)) request.log.warn({ problem: problem.type, detail: problem.detail }, 'refused');
  else if (problem.status >= 500) request.log.error({ err: error }, 'failed');
  else request.log.info({ problem: problem.type }, 'refused');
  reply.header('x-request-id', request.id);
  const kind: ProblemKind = problemKinds[code];
  const retryAfter = (error instanceof HttpError ? error.retryAfter : undefined) ?? kind.retryAfter;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

/** No defect: there is too much to do, or the moment is wrong. That must not fill the log as well. */
function isOverload(code: ProblemCode): boolean {
  return code === 'overloaded' || code === 'queue-full' || code === 'not-ready' || code === 'stopping';
}

const codeOfFastifyError: Readonly<Record<string, ProblemCode | undefined>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-body',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-body',
};

function codeOf(error: unknown): ProblemCode {
  if (error instanceof DomainError || error instanceof HttpError) return error.code;
  if (!(error instanceof Error)) return 'internal-error';
  const { code = '', statusCode } = error as Error & { code?: string; statusCode?: number };
  const known = codeOfFastifyError[code];
  if (known !== undefined) return known;
  if (isZlibError(error)) return 'malformed-body';
  // The client went away; nobody reads the answer.
  if (code === 'ECONNRESET') return 'malformed-request';
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? 'malformed-request'
    : 'internal-error';
}

function isZlibError(error: Error & { code?: string }): boolean {
  return error.code?.startsWith('Z_') ?? false;
}
