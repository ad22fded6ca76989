import { setTimeout as delay } from 'node:timers/promises';
import type { Tally } from './tally.ts';

/** Asks a service, and notes how that ended. */
export interface Caller {
  readonly address: string;
  readonly signal: AbortSignal;
  /** The answer that was read whole; a 503 is waited out for a moment. */
  ask(kind: string, path: string, request?: RequestInit): Promise<CallerAnswer>;
  askJson(kind: string, method: string, path: string, body?: object): Promise<CallerAnswer>;
}

export interface CallerAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the load reads what it expects to be there
  json(): any;
}

/** Less than the service says, since the point is to keep it at its limit. */
const pauseMilliseconds = 100;

export function createCaller(address: string, tally: Tally, signal: AbortSignal): Caller {
  function check(kind: string, { status, headers }: Response, text: string): void {
    const isOverload = status === 503 && headers.get('retry-after') !== null;
    if (status >= 500 && !isOverload) tally.wrong(`${kind}: ${status} ${text.slice(0, 200)}`);
    if (status === 429 && headers.get('retry-after') === null)
      tally.wrong(`${kind}: 429 without Retry-After`);
    const isProblem = headers.get('content-type')?.startsWith('application/problem+json') ?? false;
    if (status >= 400 && !isProblem) tally.wrong(`${kind}: ${status} is no problem`);
  }

  async function ask(kind: string, path: string, request: RequestInit = {}): Promise<CallerAnswer> {
    const since = performance.now();
    const response = await fetch(address + path, request);
    const text = await response.text();
    tally.answered(kind, response.status, performance.now() - since);
    check(kind, response, text);
    if (response.status === 503 || response.status === 429)
      await delay(pauseMilliseconds * (0.5 + Math.random()));
    return { status: response.status, json: () => JSON.parse(text) };
  }

  return {
    address,
    signal,
    ask,
    askJson: (kind, method, path, body) =>
      ask(kind, path, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      }),
  };
}
