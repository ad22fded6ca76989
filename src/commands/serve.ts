import closeWithGrace from 'close-with-grace';
import { readConfig } from '../config.ts';
import { refuseFlags } from './flags.ts';
import { startService } from './start-service.ts';

const drainMilliseconds = 10_000;

/** Serves until told to stop, then finishes what is under way. */
export async function serve(flags: readonly string[]): Promise<void> {
  refuseFlags(flags, []);
  const { logger, stop } = await startService(readConfig());
  closeWithGrace({ delay: drainMilliseconds, logger }, async ({ signal, err }) => {
    if (err) logger.error({ err }, 'stopping after an error');
    else logger.info({ signal }, 'stopping');
    await stop();
  });
}
