import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { DomainError } from '../errors.ts';
import type { Retries } from '../services/retries.ts';
import type { KeptAnswer } from '../storage/answered-requests.ts';
import type { Seal } from '../storage/seal.ts';
import { type DigestedBody, digestBody, emptyDigest } from './body-digest.ts';
import { announcesBody } from './draining.ts';
import { isForm } from './files.ts';
import { retryHeaders } from './schemas/idempotency.ts';

const keyHeader = 'idempotency-key';
/** Larger answers are not kept; see docs/api.md. */
const maxKeptBytes = 4 * 1024 * 1024;

/** What a route says to a request. */
export interface WireAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A key counts for the caller who sent it: nobody learns of another's answers by guessing. */
interface RetryKey {
  /** Empty where callers need no key of their own. */
  readonly caller: string;
  readonly key: string;
}

/** An answer as it goes out. */
interface RenderedAnswer extends KeptAnswer {
  readonly body: string;
}

/** A request with a key, while it is answered for the first time. */
interface Attempt {
  /** Keeps the answer inside the transaction of what was asked for. */
  seal(answer: RenderedAnswer): void;
  /** Keeps the answer to what changed nothing. */
  keep(answer: RenderedAnswer): Promise<void>;
  /** What was kept. */
  answer: RenderedAnswer | undefined;
}

const bodies = new WeakMap<FastifyRequest, DigestedBody>();
const attempts = new WeakMap<FastifyRequest, Attempt>();

/**
 * Lets every POST be tried again: under the same `Idempotency-Key`, the same request of the same caller is answered as the
 * first one was, and not done again. What is refused or fails is not remembered: it changed nothing, and may go well later.
 */
export function makeRetriesSafe(app: FastifyInstance, retries: Retries): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    if (keyOf(request) === undefined || !announcesBody(request.raw)) {
      done(null, payload);
      return;
    }
    const body = digestBody(payload as Readable, boundaryOf(request));
    bodies.set(request, body);
    done(null, body.bytes as IncomingMessage);
  });

  /** @param first does what is asked for, where that has not been done */
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { caller, key }: RetryKey,
    first: () => Promise<unknown>,
  ): Promise<RenderedAnswer> {
    const known = await retries.find(caller, key);
    if (known !== undefined) {
      const digest = (await bodies.get(request)?.readThrough()) ?? emptyDigest;
      if (known.fingerprint !== fingerprintOf(request, digest)) throw keyReused();
      return asReplay(known.answer);
    }
    const attempt = openAttempt(retries, request, { caller, key });
    attempts.set(request, attempt);
    const outcome = await first();
    // A plain outcome is that of a route that changes nothing.
    if (attempt.answer === undefined) {
      await attempt.keep(render(reply, { status: reply.statusCode, body: outcome }));
    }
    return attempt.answer!;
  }

  app.addHook('onRoute', (route) => {
    if (route.method !== 'POST') return;
    route.schema = { ...route.schema, headers: retryHeaders };
    const { handler } = route;
    route.handler = async function (this: FastifyInstance, request, reply) {
      const first = async () => handler.call(this, request, reply);
      const key = keyOf(request);
      if (key === undefined) return first();
      const caller = request.caller.key?.id ?? '';
      // The key is free before the answer goes out: a client that lost its connection may ask again at once.
      const rendered = await retries.alone(caller, key, () => answer(request, reply, { caller, key }, first));
      return sendRendered(reply, rendered);
    } as RouteHandlerMethod;
  });
}

function openAttempt(retries: Retries, request: FastifyRequest, key: RetryKey): Attempt {
  const toKeep = (answer: RenderedAnswer) => {
    const fingerprint = fingerprintOf(request, bodies.get(request)?.digest() ?? emptyDigest);
    return { ...key, fingerprint, answer: withoutLarge(answer) };
  };
  const attempt: Attempt = {
    answer: undefined,
    seal(answer) {
      retries.keepNow(toKeep(answer));
      attempt.answer = answer;
    },
    async keep(answer) {
      await retries.keep(toKeep(answer));
      attempt.answer = answer;
    },
  };
  return attempt;
}

/**
 * Does what a request asks for and answers. Where it carries a key, answer and effect are stored in one transaction, so that no
 * crash comes between, and the answer is sent by who looks after the key.
 * @param toAnswer what to say of a result
 * @param act calls the seal inside the transaction that makes its effect last
 */
export async function answerOnce<Result>(
  request: FastifyRequest,
  reply: FastifyReply,
  toAnswer: (result: Result) => WireAnswer,
  act: (seal: Seal<Result> | undefined) => Promise<Result>,
): Promise<FastifyReply | undefined> {
  const attempt = attempts.get(request);
  if (attempt === undefined) {
    const { status, headers = {}, body } = toAnswer(await act(undefined));
    return reply.code(status).headers(headers).send(body);
  }
  let isSealed = false;
  const result = await act((sealed) => {
    attempt.seal(render(reply, toAnswer(sealed)));
    isSealed = true;
  });
  // What changed nothing was not.
  if (!isSealed) await attempt.keep(render(reply, toAnswer(result)));
  return undefined;
}

function render(reply: FastifyReply, { status, headers = {}, body }: WireAnswer): RenderedAnswer {
  const text = reply.serializeInput(body as Record<string, unknown>, String(status)) as string;
  return { status, headers, body: text };
}

function withoutLarge(answer: RenderedAnswer): KeptAnswer {
  return Buffer.byteLength(answer.body) > maxKeptBytes ? { ...answer, body: null } : answer;
}

/** @throws DomainError idempotent-answer-too-large */
function asReplay({ status, headers, body }: KeptAnswer): RenderedAnswer {
  if (body === null) throw tooLargeToKeep(headers.location);
  return { status, headers: { ...headers, 'idempotent-replayed': 'true' }, body };
}

function sendRendered(reply: FastifyReply, { status, headers, body }: RenderedAnswer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .type('application/json; charset=utf-8')
    .serializer((text: unknown) => text as string)
    .send(body);
}

/** undefined without one. Whether it is a good one, the schema of the headers says. */
function keyOf({ method, headers }: FastifyRequest): string | undefined {
  return method === 'POST' ? (headers[keyHeader] as string | undefined) : undefined;
}

function boundaryOf(request: FastifyRequest): string | undefined {
  if (!isForm(request)) return undefined;
  const [, quoted, plain] =
    /boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(request.headers['content-type'] ?? '') ?? [];
  return quoted ?? plain;
}

/** By what a request is told from others of the same caller. */
function fingerprintOf({ method, url, mediaType }: FastifyRequest, digest: string): string {
  return createHash('sha256')
    .update(JSON.stringify([method, url, mediaType ?? null, digest]))
    .digest('hex');
}

function keyReused(): DomainError {
  return new DomainError(
    'idempotency-key-reused',
    'this Idempotency-Key came before, with another address or body: take a new one for a new request',
  );
}

function tooLargeToKeep(location: string | undefined): DomainError {
  const where = location === undefined ? '' : `; it is at ${location}`;
  return new DomainError(
    'idempotent-answer-too-large',
    `the request with this Idempotency-Key was done, and its answer was larger than the ${maxKeptBytes} bytes that are kept${where}`,
  );
}
