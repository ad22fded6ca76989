import { z } from 'zod';
import { DomainError } from './errors.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The service's settings; README and .env.example list the same names (a test holds them together). */
export interface Config {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** A file path, or `:memory:`. */
  readonly database: string;
  readonly logLevel: (typeof logLevels)[number];
  readonly allowAnonymous: boolean;
}

const portError = 'must be a whole number from 0 to 65535';

const environment = z.object({
  BENCHCAST_HOST: z.string().min(1).default('127.0.0.1'),
  BENCHCAST_PORT: z.coerce
    .number({ error: portError })
    .int(portError)
    .min(0, portError)
    .max(65535, portError)
    .default(8080),
  BENCHCAST_DATABASE: z.string().min(1).default('benchcast.db'),
  BENCHCAST_LOG_LEVEL: z.enum(logLevels).default('info'),
  BENCHCAST_ALLOW_ANONYMOUS: z.enum(['true', 'false']).default('false'),
});

export const settingNames = Object.keys(environment.shape);

/**
 * The only reader of the environment. An empty variable counts as not set.
 * @throws DomainError invalid-configuration: naming every variable that is wrong
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(
    settingNames.filter((name) => variables[name]).map((name) => [name, variables[name]]),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    const detail = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new DomainError('invalid-configuration', detail, issues);
  }
  const config: Config = Object.freeze({
    host: parsed.data.BENCHCAST_HOST,
    port: parsed.data.BENCHCAST_PORT,
    database: parsed.data.BENCHCAST_DATABASE,
    logLevel: parsed.data.BENCHCAST_LOG_LEVEL,
    allowAnonymous: parsed.data.BENCHCAST_ALLOW_ANONYMOUS === 'true',
  });
  if (!config.allowAnonymous && !isLoopback(config.host)) {
    throw new DomainError(
      'invalid-configuration',
      `BENCHCAST_HOST is ${config.host}: without keys the service listens on a loopback address only. ` +
        'Set BENCHCAST_ALLOW_ANONYMOUS=true if everyone who can reach that address may read and change everything.',
    );
  }
  return config;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
