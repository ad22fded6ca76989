import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import { hideKeys } from '../services/key-text.ts';

/** Whatever comes near the log, these do not get into it. */
const secrets = ['authorization', 'cookie'];

/**
 * JSON lines on the standard output. Of an error they say what it is and where it came from; what else hangs on it, such as
 * the places in the input that it complains of, may hold scores.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    serializers: { err: describeError },
    // A key that somebody put into an address, or an error into its message.
    hooks: { streamWrite: hideKeys },
    redact: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  };
  return destination === undefined ? pino(options) : pino(options, destination);
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
