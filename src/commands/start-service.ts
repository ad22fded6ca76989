import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { DomainError } from '../errors.ts';
import { buildApp } from '../http/app.ts';
import { openMetrics } from '../metrics/open-metrics.ts';
import { openServices } from '../services/open-services.ts';
import { createLogger } from './create-logger.ts';
import { doorOf, doorWarning } from './door-of.ts';

export interface RunningService {
  /** For example http://127.0.0.1:8080 */
  readonly address: string;
  /** What whoever runs it should know of who gets in; null: nothing. */
  readonly warning: string | null;
  readonly logger: Logger;
  /** Says that it is not ready, for as long as is configured; takes no more, finishes what is under way, closes the database. */
  stop(): Promise<void>;
}

/**
 * The whole service, listening.
 * @param soleKey the one key that opens, instead of those of the database
 */
export async function startService(
  config: Config,
  logger: Logger = createLogger(config.logLevel),
  soleKey?: string,
): Promise<RunningService> {
  const metrics = openMetrics({ ofProcess: true });
  const services = openServices(
    config.database,
    (error) => logger.error(error, 'background work broke down'),
    {
      onAnswer: metrics.onAnswer,
      minFreeBytes: config.minFreeBytes,
      checkDatabase: config.checkDatabase,
      limits: config.limits,
    },
  );
  const { keys } = services;
  const door = await doorOf(config, keys, soleKey).catch(async (error: unknown) => {
    await services.close();
    throw error;
  });
  const stopping = new AbortController();
  const app = await buildApp(services, {
    logger,
    metrics,
    stopping: stopping.signal,
    door,
    hstsSeconds: config.hstsSeconds,
  });
  app.addHook('onClose', async () => services.close());
  await services.resume();
  try {
    // Fastify would log its own line without a field for the address.
    app.log.level = 'silent';
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await app.close();
    const { message } = error as Error;
    throw new DomainError(
      'invalid-configuration',
      `cannot listen on ${config.host}:${config.port}: ${message}`,
    );
  } finally {
    app.log.level = config.logLevel;
  }
  const { address: ip, family, port } = app.server.address() as AddressInfo;
  const address = `http://${family === 'IPv6' ? `[${ip}]` : ip}:${port}`;
  const warning = await doorWarning(door, config.host, keys);
  async function stop(): Promise<void> {
    stopping.abort();
    await sleep(1000 * config.stopDelay);
    await app.close();
  }
  return { address, warning, logger, stop };
}
