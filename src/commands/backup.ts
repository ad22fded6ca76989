import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { readClientConfig } from '../config.ts';
import { backUpDatabase, writeBackup } from '../services/backups.ts';
import { createClient } from './client.ts';
import { print } from './console.ts';
import { withExamples } from './options.ts';
import { addTargetOptions, checkTarget, type TargetFlags } from './target.ts';

interface BackupFlags extends TargetFlags {
  readonly force?: boolean;
}

/** `benchcast backup FILE`: the whole database as it is at one moment, also while a service writes to it. */
export function backupCommand(): Command {
  const command = new Command('backup')
    .description(
      'Writes the whole database, as it is at one moment, into one file, and checks it. A service that uses the database goes on meanwhile; what it acknowledged before is in the file. It holds everything but the keys themselves: keep it as safe as the database.',
    )
    .argument('<file>', 'the backup, which must not be there yet')
    .option('--force', 'replace the file where it is there');
  addTargetOptions(command);
  withExamples(
    command,
    'benchcast backup benchcast-$(date +%F).db --database /data/benchcast.db',
    'benchcast backup nightly.db --force --url https://scores.example.org --key "$KEY"',
  );
  return command.action(async (file: string, flags: BackupFlags) => {
    checkTarget(command, flags);
    const write = writerFor(flags);
    await writeBackup(file, flags.force ?? false, write);
    print(`${file}: ${(await stat(file)).size} bytes, checked`);
  });
}

/** From where the flags say, else from where the environment says. */
function writerFor({ url, key, database }: BackupFlags): (path: string) => Promise<void> {
  const fallback = readClientConfig();
  const address = url ?? (database === undefined ? fallback.url : undefined);
  if (address === undefined) {
    return (path) => backUpDatabase(database ?? fallback.database, path);
  }
  const client = createClient(address, key ?? fallback.key);
  return (path) =>
    client.download('/v1/admin/backup', (bytes) =>
      pipeline(bytes, createWriteStream(path, { flags: 'wx', mode: 0o600 })),
    );
}
