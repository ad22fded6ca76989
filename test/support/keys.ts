import type { Scope } from '../../src/storage/keys.ts';
import type { Harness } from './open-harness.ts';

/** The header that a key goes in. */
export function bearer(text: string): { authorization: string } {
  return { authorization: `Bearer ${text}` };
}

/** Makes a key, and answers the header it goes in. */
export async function keyOf(
  { services }: Pick<Harness, 'services'>,
  scope: Scope,
  benchmarks: readonly string[] | null = null,
): Promise<{ authorization: string }> {
  const { text } = await services.keys.create({ name: scope, scope, benchmarks });
  return bearer(text);
}

/** A sender all of whose requests carry these headers. */
export function withHeaders(harness: Pick<Harness, 'send'>, headers: Record<string, string>) {
  const send: Harness['send'] = (method, url, body, more = {}) =>
    harness.send(method, url, body, { ...headers, ...more });
  return { send };
}
