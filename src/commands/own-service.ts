import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { formatKey, newKeyText } from '../services/key-text.ts';
import { type Client, createClient } from './client.ts';
import { startService } from './start-service.ts';

export interface OwnService {
  readonly client: Client;
  stop(): Promise<void>;
}

/**
 * A service for this process alone, on a free port of this machine: it takes no key but one that is made up here and told to
 * nobody. Others on the machine find the port and stay outside, whatever keys the database has.
 */
export async function startOwnService(config: Omit<Config, 'port'>, logger?: Logger): Promise<OwnService> {
  const key = formatKey(newKeyText());
  const service = await startService({ ...config, port: 0 }, logger, key);
  return { client: createClient(service.address, key), stop: () => service.stop() };
}
