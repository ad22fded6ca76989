import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import { hideKeys } from '../services/key-text.ts';
import { openLogOutput } from './log-output.ts';

/**
 * Whatever comes near the log, these do not get into it, at any depth. In the line as it is written: redaction by path would
 * look through every object that is logged, which took as long as the rest of logging it.
 */
const secretFields = /"(authorization|cookie)":(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\])/gi;

const dropped = 'lines were dropped here: they could not be written, or nobody took them';

/**
 * JSON lines on the standard output. Of an error they say what it is and where it came from; what else hangs on it, such as
 * the places in the input that it complains of, may hold scores.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    serializers: { err: describeError },
    hooks: { streamWrite: hideSecrets },
  };
  const output = destination ?? openLogOutput((lines) => logger.warn({ lines }, dropped));
  const logger: Logger = pino(options, output);
  return logger;
}

/** Also a key that somebody put into an address, or an error into its message. */
function hideSecrets(line: string): string {
  return hideKeys(line).replace(secretFields, '"$1":"[Redacted]"');
}

function describeError(error: Error) {
  const { type, message, stack } = stdSerializers.err(error);
  const { code, cause } = error as Error & { code?: string };
  return {
    type,
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(cause instanceof Error && { cause: { message: cause.message, stack: cause.stack } }),
  };
}
