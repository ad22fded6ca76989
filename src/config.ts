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

const serviceNames = Object.keys(environment.shape);
const clientNames = ['BENCHCAST_URL', 'BENCHCAST_KEY'] as const;

export const settingNames = [...serviceNames, ...clientNames];

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The only reader of the environment, with readClientConfig. An empty variable counts as not set.
 * @param chosen variables that come before those of the environment, from a command line
 * @throws DomainError invalid-configuration: naming every variable that is wrong
 */
export function readConfig(variables: Variables = process.env, chosen: Variables = {}): Config {
  const given = Object.fromEntries(
    serviceNames.map((name) => [name, chosen[name] || variables[name]]).filter(([, value]) => value),
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

/** Where the commands find a server, or else a database. */
export interface ClientConfig {
  readonly url: string | undefined;
  readonly key: string | undefined;
  /** A file path, or `:memory:`. */
  readonly database: string;
}

/** What the environment says to the commands. An empty variable counts as not set. */
export function readClientConfig(variables: Variables = process.env): ClientConfig {
  const [url, key] = clientNames.map((name) => variables[name] || undefined);
  const database = environment.shape.BENCHCAST_DATABASE.parse(variables.BENCHCAST_DATABASE || undefined);
  return { url, key, database };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
