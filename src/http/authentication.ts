import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../services/access.ts';
import { hashSecret } from '../services/key-text.ts';
import type { Key, KeyRefusal, Keys } from '../services/keys.ts';
import { scopesUpTo } from '../services/scopes.ts';
import type { Scope } from '../storage/keys.ts';
import { createFailedTries } from './failed-tries.ts';
import { refuseForeignPages } from './foreign-pages.ts';
import { HttpError } from './http-error.ts';
import { type Reach, ruleOf } from './route-rules.ts';

/** Who asks, and what they may. */
export interface Caller {
  /** null: none was asked for. */
  readonly key: { readonly id: string; readonly name: string } | null;
  readonly scopes: ReadonlySet<Scope>;
  /** null = all. */
  readonly benchmarks: Access;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyInstance {
    /** Whether who was let in would be so again: an answer may go on for long after the key was revoked, or the first one made. */
    wouldStillLetIn(request: FastifyRequest): Promise<boolean>;
  }
}

export interface Door {
  /** Who is let in while the database never had a key: nobody; whoever is on this machine; whoever can reach us. */
  readonly keyless: 'nobody' | 'local' | 'everyone';
  /** The one key that opens, instead of those of the database. */
  readonly soleKey?: string | undefined;
  /** Pages of these origins may use the API. */
  readonly origins: ReadonlySet<string>;
}

const nobody: Caller = { key: null, scopes: new Set(), benchmarks: new Set() };
const anyone: Caller = { key: null, scopes: scopesUpTo('admin'), benchmarks: null };
const holder: Caller = { ...anyone, key: { id: 'local', name: 'the command that started the service' } };

type Refusal = KeyRefusal | 'missing';
type Verdict = { readonly caller: Caller } | { readonly refusal: Refusal; readonly id?: string | undefined };

/**
 * Lets in who may come in: first who it is, then whether they may do that, then whether with this benchmark. It comes before
 * anything is read of a body. What is checked once more: by services, what only an id leads to.
 */
export function authenticate(app: FastifyInstance, keys: Keys, door: Door): void {
  const tries = createFailedTries();
  const check = door.soleKey === undefined ? keyCheck(keys, door) : soleKeyCheck(door.soleKey);

  async function identify(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    const verdict = await check(request.headers.authorization);
    if (!('caller' in verdict)) throw refuse(request, reply, verdict.refusal, verdict.id);
    if (verdict.caller.key === null) refuseForeignPages(request, door.origins, door.keyless === 'everyone');
    return verdict.caller;
  }

  function refuse(request: FastifyRequest, reply: FastifyReply, reason: Refusal, id?: string): HttpError {
    if (reason === 'missing') {
      request.log.info({ address: request.ip, reason }, 'not let in');
      reply.header('www-authenticate', 'Bearer realm="benchcast"');
      return new HttpError('key-needed', 'send a key: Authorization: Bearer bck_...');
    }
    const seconds = tries.add(request.ip);
    if (seconds > 0) {
      request.log.info({ address: request.ip, reason: 'too-many-failed-tries' }, 'not let in');
      return new HttpError('too-many-failed-tries', 'too many keys from here were none', seconds);
    }
    request.log.warn({ address: request.ip, reason, key: id }, 'not let in');
    reply.header('www-authenticate', 'Bearer realm="benchcast", error="invalid_token"');
    return new HttpError('key-refused', 'there is no such key, or it was revoked');
  }

  app.decorate(
    'wouldStillLetIn',
    async ({ headers }: FastifyRequest) => 'caller' in (await check(headers.authorization)),
  );
  app.decorateRequest('caller', null as never);
  app.addHook('onRequest', async (request, reply) => {
    const { scope, reach } = ruleOf(request);
    request.caller = nobody;
    if (scope === 'public') return;
    const caller = await identify(request, reply);
    request.caller = caller;
    if (!caller.scopes.has(scope)) throw outOfScope(reply, scope);
    refuseOtherBenchmarks(request, reach, caller.benchmarks);
  });
}

function keyCheck(keys: Keys, { keyless }: Door): (header: string | undefined) => Promise<Verdict> {
  return async (header) => {
    const checked = header === undefined ? null : await keys.check(bearerOf(header));
    if (checked !== null && 'key' in checked) return { caller: callerOf(checked.key) };
    if (keyless !== 'nobody' && !(await keys.areSet())) return { caller: anyone };
    return checked ?? { refusal: 'missing' };
  };
}

function soleKeyCheck(key: string): (header: string | undefined) => Promise<Verdict> {
  const hash = hashSecret(key);
  return async (header) => {
    if (header === undefined) return { refusal: 'missing' };
    const isRight = timingSafeEqual(hashSecret(bearerOf(header)), hash);
    return isRight ? { caller: holder } : { refusal: 'unknown' };
  };
}

/** Empty where it is another kind of credentials. */
function bearerOf(header: string): string {
  return /^bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
}

function callerOf({ id, name, scope, benchmarks }: Key): Caller {
  return { key: { id, name }, scopes: scopesUpTo(scope), benchmarks: benchmarks && new Set(benchmarks) };
}

function outOfScope(reply: FastifyReply, scope: Scope): HttpError {
  reply.header('www-authenticate', `Bearer realm="benchcast", error="insufficient_scope", scope="${scope}"`);
  return new HttpError('insufficient-scope', `this needs a key with the scope "${scope}"`);
}

/** Whether a benchmark is there makes no difference: the name is in the request. */
function refuseOtherBenchmarks({ params }: FastifyRequest, reach: Reach, access: Access): void {
  if (access === null || reach === 'checked' || reach === 'none') return;
  if (reach === 'all') {
    throw new HttpError(
      'benchmark-not-allowed',
      'this is about all benchmarks, and the key is limited to some',
    );
  }
  const { benchmark } = params as { readonly benchmark: string };
  if (access.has(benchmark)) return;
  throw new HttpError('benchmark-not-allowed', `the key is limited to other benchmarks than "${benchmark}"`);
}
