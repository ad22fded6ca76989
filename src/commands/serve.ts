import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import closeWithGrace from 'close-with-grace';
import { Command } from 'commander';
import type { Logger } from 'pino';
import { readConfig } from '../config.ts';
import { withExamples } from './options.ts';
import { startService } from './start-service.ts';

interface ServeFlags {
  readonly host?: string;
  readonly port?: string;
  readonly database?: string;
}

/** `benchcast serve`: serves until told to stop, then finishes what is under way. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'Serves the HTTP API until stopped, and logs JSON lines. Options come before the environment, which has the other settings (see README).',
    )
    .option('--host <address>', 'address to listen on (default: BENCHCAST_HOST, else 127.0.0.1)')
    .option('--port <number>', 'port, 0 for any free one (default: BENCHCAST_PORT, else 8080)')
    .option('--database <file>', 'the database (default: BENCHCAST_DATABASE, else benchcast.db)');
  withExamples(command, 'benchcast serve', 'benchcast serve --port 9000 --database scores.db');
  return command.action(async (flags: ServeFlags) => {
    const config = readConfig(undefined, {
      BENCHCAST_HOST: flags.host,
      BENCHCAST_PORT: flags.port,
      BENCHCAST_DATABASE: flags.database,
    });
    const { address, warning, logger, stop } = await startService(config);
    const delay = 1000 * (config.stopDelay + config.stopTimeout);
    closeWithGrace({ delay, logger }, async ({ signal, err }) => {
      if (err) logger.error({ err }, 'stopping after an error');
      else logger.info({ signal }, 'stopping');
      await stop();
      await lastLinesTaken(logger);
    });
    // Said last: whoever reads it may tell the service to stop, and must find it listening to signals.
    logger.info({ address, database: config.database }, 'listening');
    if (warning !== null) logger.warn(warning);
  });
}

const lastLinesMilliseconds = 1000;

/** Who reads the log gets its end, unless they do not read. */
async function lastLinesTaken(logger: Logger): Promise<void> {
  await Promise.race([promisify(logger.flush.bind(logger))(), sleep(lastLinesMilliseconds)]);
}
