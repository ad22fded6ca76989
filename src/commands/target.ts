import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { pino } from 'pino';
import { readClientConfig, readConfig } from '../config.ts';
import { type Client, createClient } from './client.ts';
import { say } from './console.ts';
import { CallerError } from './failures.ts';
import { misused } from './options.ts';
import { startOwnService } from './own-service.ts';

/** Where a command works. */
export interface TargetFlags {
  readonly url?: string;
  readonly key?: string;
  readonly database?: string;
  /** Files that fill a database in memory, gone afterwards. */
  readonly history?: readonly string[];
}

export interface Target {
  readonly client: Client;
  close(): Promise<void>;
}

/** @param takesHistory whether files can stand in for a database */
export function addTargetOptions(command: Command, takesHistory = false): Command {
  const others = takesHistory ? ['database', 'history'] : ['database'];
  command
    .addOption(
      new Option(
        '--url <address>',
        'work on a running service (default: BENCHCAST_URL; else the database)',
      ).conflicts(others),
    )
    .addOption(
      new Option('--key <key>', 'the key to send to that service (default: BENCHCAST_KEY)').conflicts(others),
    )
    .addOption(
      new Option(
        '--database <file>',
        'work on a database file (default: BENCHCAST_DATABASE, else benchcast.db)',
      ).conflicts(takesHistory ? ['history'] : []),
    );
  if (takesHistory) {
    command.option('--history <files...>', 'work on these files of scores, in memory, and keep nothing');
  }
  return command;
}

/** What to do where a database file is not there: make it, say so, or work on an empty one in memory. */
export type WhenAbsent = 'create' | 'refuse' | 'memory';

/**
 * Opens what the flags say, else what the environment says, uses it and closes it. What is no running service is one in this
 * process, so that all go the same way.
 * @throws CallerError the database is not there; the address is none
 */
export async function withTarget<Result>(
  flags: TargetFlags,
  whenAbsent: WhenAbsent,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const target = await openTarget(flags, whenAbsent);
  try {
    return await use(target.client);
  } finally {
    await target.close();
  }
}

async function openTarget(
  { url, key, database, history }: TargetFlags,
  whenAbsent: WhenAbsent,
): Promise<Target> {
  if (history !== undefined) return openMemoryTarget();
  const fallback = readClientConfig();
  const address = url ?? (database === undefined ? fallback.url : undefined);
  if (address !== undefined) {
    return { client: createClient(address, key ?? fallback.key), close: async () => {} };
  }
  const path = database ?? fallback.database;
  if (whenAbsent === 'create' || path === ':memory:' || existsSync(path)) return openDatabaseTarget(path);
  if (whenAbsent === 'refuse') {
    throw new CallerError(
      `there is no database ${path}: "benchcast import" makes one, --database names another, --url a running service`,
    );
  }
  return openMemoryTarget();
}

async function openDatabaseTarget(database: string): Promise<Target> {
  const logLevel = 'error';
  // The defaults: whatever the environment says of serving is not for this.
  const config = { ...readConfig({}), database, logLevel } as const;
  const service = await startOwnService(config, pino({ level: logLevel }, { write: tellDefect }));
  return { client: service.client, close: () => service.stop() };
}

/** What a server would log is all that is known of a defect: the answer to the request has its id alone. */
function tellDefect(line: string): void {
  const { err } = JSON.parse(line);
  say(err?.stack ?? line.trimEnd());
}

/** A database in memory, gone when it is closed. */
export function openMemoryTarget(): Promise<Target> {
  return openDatabaseTarget(':memory:');
}

/** A key without a service to send it to is a slip. */
export function checkTarget(command: Command, { url, key }: TargetFlags): void {
  if (key !== undefined && url === undefined && readClientConfig().url === undefined) {
    misused(command, '--key goes with --url');
  }
}
