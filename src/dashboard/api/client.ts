import createClient from 'openapi-fetch';
import type { components, paths } from '../../../clients/typescript/src/schema.d.ts';
import { askForKey, authorization, currentKey } from './key.ts';
import { ApiError, type Problem, unreachable } from './problem.ts';

/** The wire types of the OpenAPI document. */
export type Wire = components['schemas'];

/** Everything that the page knows comes through here: the public API, typed by its own document. */
export const api = createClient<paths>();

const keysSent = new WeakMap<Request, string | null>();

api.use({
  onRequest({ request }) {
    keysSent.set(request, currentKey());
    for (const [name, value] of Object.entries(authorization())) request.headers.set(name, value);
  },
  onResponse({ request, response }) {
    if (response.status === 401) askForKey(keysSent.get(request) ?? null);
  },
});

interface Outcome<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The answer of a request.
 * @throws ApiError with what the service says is wrong
 */
export async function answerOf<Data>(request: Promise<Outcome<Data>>): Promise<Data> {
  const { data, error, response } = await request.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw unreachable();
  });
  if (!response.ok) throw new ApiError(response.status, asProblem(error));
  return data as Data;
}

function asProblem(error: unknown): Partial<Problem> {
  return typeof error === 'object' && error !== null ? error : {};
}

interface Page<Entry> {
  readonly data: readonly Entry[];
  readonly next_cursor: string | null;
}

/** All pages of a list, up to a number of entries. */
export async function allOf<Entry>(
  readPage: (query: { limit: number; cursor?: string }) => Promise<Page<Entry>>,
  most = 5000,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage({ limit: 500, cursor });
    entries.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && entries.length < most);
  return entries;
}
