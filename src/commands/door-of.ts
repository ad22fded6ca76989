import { type Config, isLoopback } from '../config.ts';
import { DomainError } from '../errors.ts';
import type { Door } from '../http/authentication.ts';
import type { Keys } from '../services/keys.ts';

/**
 * Who is to be let in.
 * @throws DomainError invalid-configuration: others can reach the address, there is no key that works, and nobody said that
 *   they may come in
 */
export async function doorOf(
  { host, allowAnonymous, corsOrigins }: Config,
  keys: Keys,
  soleKey: string | undefined,
): Promise<Door> {
  const isLocal = isLoopback(host);
  if (!isLocal && !allowAnonymous && (await keys.countLive()) === 0) {
    throw new DomainError(
      'invalid-configuration',
      `BENCHCAST_HOST is ${host}: without a key the service listens on a loopback address only. Make one with "benchcast keys create", ` +
        'or set BENCHCAST_ALLOW_ANONYMOUS=true if everyone who can reach that address may read and change everything.',
    );
  }
  // Beyond loopback it stays shut even if all keys were to vanish from the database while it runs.
  const keyless = allowAnonymous ? 'everyone' : isLocal ? 'local' : 'nobody';
  return { keyless, soleKey, origins: new Set(corsOrigins) };
}

/** What whoever runs the service should know of it. */
export async function doorWarning(
  { keyless, soleKey }: Door,
  host: string,
  keys: Keys,
): Promise<string | null> {
  if (soleKey !== undefined || (await keys.countLive()) > 0) return null;
  if (await keys.areSet()) return 'every key is revoked: nobody gets in';
  if (keyless === 'everyone' && !isLoopback(host)) return 'there is no key: everyone gets in';
  return null;
}
