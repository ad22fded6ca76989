import { z } from 'zod';
import { DomainError } from './errors.ts';
import { defaultLimits, type Limits } from './limits.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The service's settings; README and .env.example list the same names (a test holds them together). */
export interface Config {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** A file path, or `:memory:`. */
  readonly database: string;
  readonly logLevel: (typeof logLevels)[number];
  /** Whether the database is looked through for damage when the service starts. */
  readonly checkDatabase: 'auto' | 'always' | 'never';
  readonly allowAnonymous: boolean;
  /** Pages of these origins may use the API. */
  readonly corsOrigins: readonly string[];
  /** For how long browsers are to insist on TLS; 0 = not said. */
  readonly hstsSeconds: number;
  /** Bytes on the database's disk below which the service is not ready. */
  readonly minFreeBytes: number;
  /** Seconds for which it serves on when it is told to stop, saying that it is not ready. */
  readonly stopDelay: number;
  /** Seconds after these for what is under way. */
  readonly stopTimeout: number;
  readonly limits: Limits;
}

const portError = 'must be a whole number from 0 to 65535';

function wholeNumber(least: number) {
  const error = `must be a whole number from ${least}`;
  return z.coerce.number({ error }).int(error).min(least, error);
}

function toList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** As browsers send it: no path, no slash at the end, and no `*`, which would be everyone. */
const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be origins such as https://dash.example.org, by comma',
  );

const environment = z.object({
  BENCHCAST_HOST: z.string().min(1).default('127.0.0.1'),
  BENCHCAST_PORT: z.coerce
    .number({ error: portError })
    .int(portError)
    .min(0, portError)
    .max(65535, portError)
    .default(8080),
  BENCHCAST_DATABASE: z.string().min(1).default('benchcast.db'),
  BENCHCAST_CHECK_DATABASE: z.enum(['auto', 'always', 'never']).default('auto'),
  BENCHCAST_LOG_LEVEL: z.enum(logLevels).default('info'),
  BENCHCAST_ALLOW_ANONYMOUS: z.enum(['true', 'false']).default('false'),
  BENCHCAST_CORS_ORIGINS: z.string().default('').transform(toList).pipe(z.array(origin)),
  BENCHCAST_HSTS_SECONDS: wholeNumber(0).default(0),
  BENCHCAST_MIN_FREE_BYTES: wholeNumber(0).default(256 * 1024 * 1024),
  BENCHCAST_STOP_DELAY: wholeNumber(0).default(0),
  BENCHCAST_STOP_TIMEOUT: wholeNumber(1).default(10),
});

const limitFields = Object.keys(defaultLimits()) as (keyof Limits)[];

/** BENCHCAST_MAX_BODY_BYTES for maxBodyBytes. */
export function limitVariable(field: keyof Limits): string {
  return `BENCHCAST_${field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

const limitEnvironment = z.object(
  Object.fromEntries(limitFields.map((field) => [limitVariable(field), limitSchema(field)])),
);

function limitSchema(field: keyof Limits) {
  return wholeNumber(field === 'rateLimit' ? 0 : 1).optional();
}

const serviceNames = [...Object.keys(environment.shape), ...Object.keys(limitEnvironment.shape)];
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
  const limits = limitEnvironment.safeParse(given);
  if (!parsed.success || !limits.success) {
    const wrong = [...(parsed.error?.issues ?? []), ...(limits.error?.issues ?? [])];
    const issues = wrong.map(({ path, message }) => ({ path: path.join('.'), message }));
    const detail = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new DomainError('invalid-configuration', detail, issues);
  }
  return Object.freeze({
    host: parsed.data.BENCHCAST_HOST,
    port: parsed.data.BENCHCAST_PORT,
    database: parsed.data.BENCHCAST_DATABASE,
    checkDatabase: parsed.data.BENCHCAST_CHECK_DATABASE,
    logLevel: parsed.data.BENCHCAST_LOG_LEVEL,
    allowAnonymous: parsed.data.BENCHCAST_ALLOW_ANONYMOUS === 'true',
    corsOrigins: parsed.data.BENCHCAST_CORS_ORIGINS,
    hstsSeconds: parsed.data.BENCHCAST_HSTS_SECONDS,
    minFreeBytes: parsed.data.BENCHCAST_MIN_FREE_BYTES,
    stopDelay: parsed.data.BENCHCAST_STOP_DELAY,
    stopTimeout: parsed.data.BENCHCAST_STOP_TIMEOUT,
    limits: withDefaults(limits.data),
  });
}

function withDefaults(given: z.infer<typeof limitEnvironment>): Limits {
  const set = limitFields.flatMap((field) => {
    const value = given[limitVariable(field)];
    return value === undefined ? [] : [[field, value]];
  });
  return Object.freeze({ ...defaultLimits(), ...Object.fromEntries(set) });
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

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
