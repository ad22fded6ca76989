import { Command } from 'commander';
import { version } from '../version.ts';

interface CommandEntry {
  /** For the list of commands. */
  readonly summary: string;
  /** Only the command that is asked for is loaded: help should not wait for a database. */
  readonly load: () => Promise<Command>;
}

const commands: Readonly<Record<string, CommandEntry>> = {
  import: {
    summary: 'store scores of models already evaluated',
    load: async () => (await import('./import/import.ts')).importCommand(),
  },
  'core-set': {
    summary: 'draw the items to run a new model on',
    load: async () => (await import('./core-set/core-set.ts')).coreSetCommand(),
  },
  submit: {
    summary: 'report results of a new model, and get its estimate',
    load: async () => (await import('./submit.ts')).submitCommand(),
  },
  estimate: {
    summary: 'estimate a full score from files alone',
    load: async () => (await import('./estimate/estimate.ts')).estimateCommand(),
  },
  backtest: {
    summary: 'try core sets on a history of your own',
    load: async () => (await import('./backtest/backtest.ts')).backtestCommand(),
  },
  keys: {
    summary: 'make, list and revoke API keys',
    load: async () => (await import('./keys.ts')).keysCommand(),
  },
  serve: { summary: 'serve the HTTP API', load: async () => (await import('./serve.ts')).serveCommand() },
  demo: {
    summary: 'show the whole job on a simulated benchmark',
    load: async () => (await import('./demo/demo.ts')).demoCommand(),
  },
  migrate: {
    summary: 'bring a database up to date',
    load: async () => (await import('./migrate.ts')).migrateCommand(),
  },
  backup: {
    summary: 'write the whole database into one file, while it is in use',
    load: async () => (await import('./backup.ts')).backupCommand(),
  },
  restore: {
    summary: 'put a backup in the place of a database',
    load: async () => (await import('./restore.ts')).restoreCommand(),
  },
  openapi: {
    summary: 'print the OpenAPI document',
    load: async () => (await import('./openapi.ts')).openApiCommand(),
  },
};

/**
 * The command line. It throws CommanderError where commander would end the process.
 * @param words as they were given: the commands among them are loaded, the others only listed
 */
export async function buildProgram(words: readonly string[]): Promise<Command> {
  const program = new Command('benchcast')
    .description("Estimates a language model's full benchmark score from a small core set of items.")
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', '\n"benchcast COMMAND --help" says more about each.')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'benchcast: ')),
    })
    .showHelpAfterError('See "benchcast --help".');
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = words.includes(name) ? await load() : new Command(name);
    command
      .summary(summary)
      .copyInheritedSettings(program)
      .showHelpAfterError(`See "benchcast ${name} --help".`);
    for (const part of command.commands) {
      part
        .copyInheritedSettings(command)
        .showHelpAfterError(`See "benchcast ${name} ${part.name()} --help".`);
    }
    program.addCommand(command);
  }
  return program;
}
