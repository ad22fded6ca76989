import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { readClientConfig } from '../config.ts';
import { type Key, type OpenKeys, openKeys } from '../services/keys.ts';
import { scopes } from '../services/scopes.ts';
import { print, printJson, say } from './console.ts';
import { CallerError } from './failures.ts';
import { addJsonOption, needed, withExamples } from './options.ts';
import { plainTable } from './tables.ts';

interface PlaceFlags {
  readonly database?: string;
  readonly json?: boolean;
}

interface CreateFlags extends PlaceFlags {
  readonly name?: string;
  readonly scope: (typeof scopes)[number];
  readonly benchmark?: readonly string[];
}

/** `benchcast keys`: who may use the service. */
export function keysCommand(): Command {
  const command = new Command('keys').description(
    'Makes, lists and revokes API keys, in the database file itself: a service that is running on it notices at once. As soon as there was a key, nobody gets in without one.',
  );
  command.addCommand(createCommand()).addCommand(listCommand()).addCommand(revokeCommand());
  return withExamples(
    command,
    'benchcast keys create --help',
    'benchcast keys list',
    'benchcast keys revoke 0123456789abcdef',
  );
}

function createCommand(): Command {
  const command = new Command('create')
    .summary('make a key and print it, this once')
    .description('Makes a key and prints it. It is stored nowhere: whoever loses it needs another one.')
    .option('--name <name>', 'who or what it is for')
    .addOption(
      new Option(
        '--scope <scope>',
        'read: all there is to be read; write: also history, core sets, evaluations and back-tests; admin: also deleting benchmarks and models, and backups',
      )
        .choices(scopes)
        .default('read'),
    )
    .option(
      '--benchmark <name>',
      'only for this benchmark; may be given several times (default: for all)',
      (name: string, before: readonly string[] = []) => [...before, name],
    );
  withExamples(
    command,
    'benchcast keys create --name me --scope admin',
    'benchcast keys create --name ci --scope write --benchmark gsm8k --benchmark mmlu',
  );
  return addPlaceOptions(command).action(async ({ name, scope, benchmark, ...place }: CreateFlags) => {
    const given = needed(command, '--name <name>', name);
    await withKeys(place, 'create', async (keys) => {
      const { key, text } = await keys.create({ name: given, scope, benchmarks: benchmark ?? null });
      const absent = await keys.absent(key.benchmarks ?? []);
      if (absent.length > 0) say(`not there yet: ${absent.join(', ')}`);
      if (place.json) return printJson({ ...toDocument(key), key: text });
      say(`${describe(key)}. It is shown this once:`);
      print(text);
    });
  });
}

function listCommand(): Command {
  const command = new Command('list')
    .summary('list the keys')
    .description('Lists the keys, revoked ones among them. What a key reads like is not known any more.');
  return addPlaceOptions(command).action((place: PlaceFlags) =>
    withKeys(place, 'refuse', async (keys) => {
      const list = await keys.list();
      if (place.json) printJson({ data: list.map(toDocument) });
      else print(renderKeys(list));
    }),
  );
}

function revokeCommand(): Command {
  const command = new Command('revoke')
    .summary('revoke a key')
    .description('Revokes a key, for good: the next request with it is refused.')
    .argument('<id>', 'its id, as the list has it, or what the key begins with: bck_<id>');
  return addPlaceOptions(command).action((given: string, place: PlaceFlags) =>
    withKeys(place, 'refuse', async (keys) => {
      const key = await keys.revoke(idOf(given));
      if (place.json) printJson(toDocument(key));
      else print(`revoked: ${describe(key)}`);
      if ((await keys.countLive()) === 0) say('no key is left that works: nobody gets in until there is one');
    }),
  );
}

function addPlaceOptions(command: Command): Command {
  command.option('--database <file>', 'the database (default: BENCHCAST_DATABASE, else benchcast.db)');
  return addJsonOption(command);
}

async function withKeys(
  { database = readClientConfig().database }: PlaceFlags,
  whenAbsent: 'create' | 'refuse',
  use: (keys: OpenKeys) => Promise<void>,
): Promise<void> {
  if (whenAbsent === 'refuse' && !existsSync(database)) {
    throw new CallerError(`there is no database ${database}: --database names another`);
  }
  const keys = openKeys(database);
  try {
    await use(keys);
  } finally {
    keys.close();
  }
}

/** Whoever has nothing but the key, from a log that it got into, shall be able to revoke it. */
function idOf(given: string): string {
  return /^bck_([0-9a-f]{16})(?:_|$)/.exec(given)?.[1] ?? given;
}

/** Like the documents of the API. */
function toDocument({ id, name, scope, benchmarks, createdAt, revokedAt, lastUsedAt }: Key) {
  return {
    id,
    name,
    scope,
    benchmarks,
    created_at: createdAt,
    revoked_at: revokedAt,
    last_used_at: lastUsedAt,
  };
}

function describe({ id, name, scope, benchmarks }: Key): string {
  return `key ${id} "${name}", ${scope} on ${benchmarks === null ? 'all benchmarks' : benchmarks.join(', ')}`;
}

function renderKeys(keys: readonly Key[]): string {
  if (keys.length === 0) return 'there is no key';
  const table = plainTable(['id', 'name', 'scope', 'benchmarks', 'created', 'last used', 'revoked']);
  for (const { id, name, scope, benchmarks, createdAt, lastUsedAt, revokedAt } of keys) {
    const times = [createdAt, lastUsedAt, revokedAt].map(minuteOf);
    table.push([id, name, scope, benchmarks === null ? 'all' : benchmarks.join(', '), ...times]);
  }
  return table.toString();
}

function minuteOf(time: string | null): string {
  return time === null ? '' : time.slice(0, 16).replace('T', ' ');
}
