import { Command } from 'commander';
import { readClientConfig } from '../config.ts';
import { migrateDatabase } from '../services/migrate.ts';
import { print } from './console.ts';
import { withExamples } from './options.ts';

/** `benchcast migrate`: brings a database up to date, without serving it. */
export function migrateCommand(): Command {
  const command = new Command('migrate')
    .description(
      'Brings a database file up to date with this version of the service. The service does the same when it starts; there is no way back, so keep a copy.',
    )
    .option('--database <file>', 'the database (default: BENCHCAST_DATABASE, else benchcast.db)');
  withExamples(command, 'benchcast migrate', 'benchcast migrate --database /data/benchcast.db');
  return command.action((flags: { readonly database?: string }) => {
    const path = flags.database ?? readClientConfig().database;
    const { from, to } = migrateDatabase(path);
    print(
      from === to
        ? `${path} is up to date: schema version ${to}`
        : `${path}: schema version ${from} to ${to}`,
    );
  });
}
