import { type Command, InvalidArgumentError, Option } from 'commander';
import { reducerNames } from '../importers/logs/reducers.ts';

export function wholeNumber(text: string): number {
  const value = toNumber(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It is no whole number.');
  return value;
}

export function toNumber(text: string): number {
  const value = Number(text);
  // Number('') is 0, which nobody meant.
  if (text.trim() === '' || Number.isNaN(value)) {
    throw new InvalidArgumentError(`"${text}" is not a number.`);
  }
  return value;
}

export function toList(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.includes('')) throw new InvalidArgumentError('An entry is empty.');
  return entries;
}

export function toNumbers(text: string): number[] {
  return text.split(',').map(toNumber);
}

export function toRange(text: string): [number, number] {
  const bounds = toNumbers(text);
  const [low, high] = bounds;
  if (bounds.length !== 2 || low >= high) {
    throw new InvalidArgumentError('Give the lowest and the highest score, such as 0,100.');
  }
  return [low, high];
}

/** How logs are read; the names are those of the parameters of the API. */
export interface ReadingFlags {
  readonly model?: string;
  readonly task?: string;
  readonly metric?: string;
  readonly filter?: string;
  readonly reducer?: string;
  readonly content?: string;
}

export function addReadingOptions(command: Command): Command {
  return command
    .option('--task <name>', 'the task, where the files do not say')
    .option('--metric <list>', 'the metric to take; of several, by comma, the first that a task has')
    .option('--filter <list>', 'the filter, key, split or prompt to take, likewise')
    .addOption(
      new Option('--reducer <name>', 'how repeats of an item become one score (default: mean)').choices(
        reducerNames,
      ),
    )
    .addOption(
      new Option(
        '--content <rule>',
        'check that an id is of the same content as what is stored, or ignore it (default: check)',
      ).choices(['check', 'ignore']),
    );
}

export function addJsonOption(command: Command): Command {
  return command.option('--json', "print the API's JSON document and nothing else");
}

export interface AnswerFlags {
  readonly level?: number;
  readonly methods?: readonly string[];
  readonly failOn?: FailOn;
  readonly json?: boolean;
}

export const failOnLevels = ['info', 'warning', 'critical'] as const;

export type FailOn = (typeof failOnLevels)[number];

export function addAnswerOptions(command: Command): Command {
  command
    .option('--level <number>', 'nominal coverage of the intervals (default: 0.95)', toNumber)
    .option('--methods <list>', 'what estimates, by comma (default: those that fit the core set)', toList)
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 where a warning is as severe (default: never)').choices(
        failOnLevels,
      ),
    );
  return addJsonOption(command);
}

export function extraOption(): Option {
  return new Option('--extra <rule>', 'what becomes of results on other items (default: refuse)').choices([
    'refuse',
    'ignore',
  ]);
}

export function inputNameOption(): Option {
  return new Option('--filename <name>', 'what standard input is called, its ending says the format');
}

/**
 * The value of an option that must be given. Commander has required options too, but complains that one is not there before it
 * says that it is misspelt.
 */
export function needed<Value>(command: Command, flag: string, value: Value | undefined): Value {
  return value === undefined ? misused(command, `required option '${flag}' not specified`) : value;
}

/** Ends a command that cannot be understood: a sentence, and exit code 2. */
export function misused(command: Command, sentence: string): never {
  return command.error(`error: ${sentence}`);
}

/** Examples under the help of a command. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
}
