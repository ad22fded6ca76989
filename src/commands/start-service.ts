import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';
import { DomainError } from '../errors.ts';
import { buildApp } from '../http/app.ts';
import { openServices } from '../services/open-services.ts';

export interface RunningService {
  /** For example http://127.0.0.1:8080 */
  readonly address: string;
  readonly logger: Logger;
  /** Stops taking requests, finishes those under way, closes the database. */
  stop(): Promise<void>;
}

/** The whole service, listening. */
export async function startService(
  config: Config,
  logger: Logger = pino({ level: config.logLevel }),
): Promise<RunningService> {
  const services = openServices(config.database, (error) =>
    logger.error(error, 'background work broke down'),
  );
  const app = await buildApp(services, { logger });
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
  logger.info({ address, database: config.database }, 'listening');
  return { address, logger, stop: () => app.close() };
}
