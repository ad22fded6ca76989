import { Command } from 'commander';
import { readClientConfig } from '../config.ts';
import { restoreDatabase } from '../services/backups.ts';
import { print } from './console.ts';
import { withExamples } from './options.ts';

interface RestoreFlags {
  readonly database?: string;
  readonly force?: boolean;
}

/** `benchcast restore FILE`: puts a backup in the place of a database. */
export function restoreCommand(): Command {
  const command = new Command('restore')
    .description(
      'Puts a backup in the place of a database, once it was checked. Stop the service first. What was there before is kept beside it, under another name.',
    )
    .argument('<file>', 'the backup, which stays as it is')
    .option('--database <file>', 'the database (default: BENCHCAST_DATABASE, else benchcast.db)')
    .option('--force', 'also where there is a database already');
  withExamples(
    command,
    'benchcast restore benchcast-2026-05-01.db --database new.db',
    'benchcast restore benchcast-2026-05-01.db --database /data/benchcast.db --force',
  );
  return command.action(async (file: string, flags: RestoreFlags) => {
    const path = flags.database ?? readClientConfig().database;
    const { bytes, schemaVersion, replaced } = await restoreDatabase(file, path, flags.force ?? false);
    print(`${path}: ${bytes} bytes, schema version ${schemaVersion}, checked`);
    if (replaced !== null) print(`what was there before is ${replaced}`);
  });
}
