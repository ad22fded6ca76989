import { readFileSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { giveAnswer } from './answer.ts';
import type { Client, Json, Query } from './client.ts';
import { CallerError } from './failures.ts';
import { type ResultReport, renderFiles, renderFindings, renderTasks } from './import/report.ts';
import {
  type AnswerFlags,
  addAnswerOptions,
  addReadingOptions,
  extraOption,
  inputNameOption,
  needed,
  type ReadingFlags,
  withExamples,
} from './options.ts';
import { type Answered, renderEvaluation } from './report.ts';
import { counted } from './tables.ts';
import { addTargetOptions, checkTarget, type TargetFlags, withTarget } from './target.ts';
import { readingQuery, uploadFiles } from './upload.ts';
import { checkInput, findUploads, standardInput } from './uploads.ts';

interface SubmitFlags extends TargetFlags, ReadingFlags, AnswerFlags {
  readonly coreSet: string;
  readonly extra?: string;
  readonly fromEvaluation?: string;
  readonly filename?: string;
}

/** `benchcast submit`: the results of a new model on a core set, and what they are worth. */
export function submitCommand(): Command {
  const command = new Command('submit')
    .description(
      'Reports the results of a new model on a core set, and prints the estimate of its full score. Files are logs of an evaluation harness, score tables, or one JSON body as the API takes it.',
    )
    .argument('<files...>', 'files, folders of files, or - for standard input')
    .option('--core-set <id>', 'the core set that the model was run on (needed)')
    .option('--model <name>', 'what the model is called (default: as its log says)')
    .option('--from-evaluation <id>', 'an earlier evaluation of this model, whose results count here too')
    .addOption(extraOption())
    .addOption(inputNameOption());
  addReadingOptions(command);
  addTargetOptions(command);
  addAnswerOptions(command);
  withExamples(
    command,
    'benchcast submit logs/ --core-set ID --model acme-7b',
    'benchcast submit results.json --core-set ID --json',
    'benchcast submit out.tar.gz --core-set ID --metric exact_match --fail-on critical',
  );
  return command.action(async (paths: string[], flags: SubmitFlags) => {
    needed(command, '--core-set <id>', flags.coreSet);
    checkTarget(command, flags);
    checkInput(command, paths, flags.filename);
    const evaluation = await withTarget(flags, 'refuse', (client) => submit(client, paths, flags));
    giveAnswer(evaluation, flags, () => renderSubmitted(evaluation));
  });
}

type Submitted = Answered & {
  readonly id: string;
  readonly model: string;
  readonly import?: ResultReport;
};

function submit(client: Client, paths: readonly string[], flags: SubmitFlags): Promise<Submitted> {
  const path = `/v1/core-sets/${encodeURIComponent(flags.coreSet)}/evaluations`;
  const answer: Query = { level: flags.level, methods: flags.methods?.join(',') };
  const body = readOwnBody(paths);
  const reading = {
    ...readingQuery({ ...flags, model: body ? undefined : flags.model }),
    extra: flags.extra,
    from_evaluation: flags.fromEvaluation,
  };
  const query = { ...reading, ...answer };
  if (body === null) return uploadFiles(client, path, query, findUploads(paths, flags.filename));
  const named = flags.model === undefined ? body : { ...body, model: flags.model };
  return client.post(path, named, { query });
}

const maxBodyBytes = 32 * 1024 * 1024;

/** The one file given, where it is a body as the API takes it: `{"model", "results": [...]}`. */
function readOwnBody(paths: readonly string[]): Json | null {
  const [path] = paths;
  if (paths.length !== 1 || path === standardInput || !path.endsWith('.json')) return null;
  try {
    // A log may be larger than what the API takes as a body.
    if (statSync(path).size > maxBodyBytes) return null;
    const body = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(body?.results) ? body : null;
  } catch (error) {
    // Whether it is another format is for the server to say; whether it is there is not.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'EISDIR') return null;
    throw new CallerError(`${path} cannot be read: ${(error as Error).message}`, [], error);
  }
}

function renderSubmitted(evaluation: Submitted): string {
  return [
    ...(evaluation.import === undefined ? [] : [renderResults(evaluation.import)]),
    renderEvaluation(evaluation, `${evaluation.model}: evaluation ${evaluation.id}`),
  ].join('\n\n');
}

/** What was read, as far as there is anything to say. */
export function renderResults(report: ResultReport): string {
  const { extra_count: extra, missing_count: missing } = report;
  return [
    renderFiles(report.files),
    renderTasks(report.tasks),
    ...renderFindings(report),
    extra === 0 ? '' : `ignored       ${namesOf(extra, 'other item', report.extra_items)}`,
    missing === 0 ? '' : `NO RESULT     ${namesOf(missing, 'item', report.missing_items)}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

const maxNames = 5;

function namesOf(count: number, noun: string, names: readonly string[]): string {
  const shown = names.slice(0, maxNames).join(', ');
  return `${counted(count, noun)}: ${shown}${count > Math.min(names.length, maxNames) ? ', ...' : ''}`;
}
