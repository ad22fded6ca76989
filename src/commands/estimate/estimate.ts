import { Command } from 'commander';
import type { z } from 'zod';
import { toSettings } from '../../http/schemas/benchmarks.ts';
import { toWireEstimate } from '../../http/schemas/evaluations.ts';
import {
  importQuery,
  resultLogQuery,
  toImportOptions,
  toResultOptions,
  toWireImport,
  toWireResultReport,
} from '../../http/schemas/imports.ts';
import { openServices, type Services } from '../../services/open-services.ts';
import { giveAnswer } from '../answer.ts';
import { say } from '../console.ts';
import { renderFindings } from '../import/report.ts';
import {
  type AnswerFlags,
  addAnswerOptions,
  addReadingOptions,
  extraOption,
  needed,
  type ReadingFlags,
  toRange,
  withExamples,
} from '../options.ts';
import { renderEvaluation } from '../report.ts';
import { renderResults } from '../submit.ts';
import { readingQuery, readReading } from '../upload.ts';
import { findLocalFiles } from '../uploads.ts';
import { type Manifest, readManifest, unobserved, weigh } from './manifest.ts';

interface EstimateFlags extends ReadingFlags, AnswerFlags {
  readonly history: readonly string[];
  readonly results: readonly string[];
  readonly manifest?: string;
  readonly extra?: string;
  readonly scoreRange?: [number, number];
}

const benchmark = 'history';

/** `benchcast estimate`: what results are worth, from files alone. */
export function estimateCommand(): Command {
  const command = new Command('estimate')
    .description(
      'Estimates the full score of a new model from files alone: the scores of earlier models, and its results on a core set. Nothing is stored.',
    )
    .option('--history <files...>', 'scores of the models already evaluated (needed): files or folders')
    .option('--results <files...>', 'results of the new model (needed): files or folders')
    .option('--manifest <file>', 'the manifest of the core set, for the probabilities of its items')
    .option('--model <name>', 'what the new model is called (default: as its log says)')
    .option('--score-range <low,high>', 'lowest and highest score of an item (default: 0,1)', toRange)
    .addOption(extraOption());
  addReadingOptions(command);
  addAnswerOptions(command);
  withExamples(
    command,
    'benchcast estimate --history history.csv.gz --results results.csv --manifest ID.manifest.json',
    'benchcast estimate --history logs/old/ --results logs/acme-7b/ --model acme-7b --metric acc --json',
    'benchcast estimate --history old.csv --results new.csv --fail-on warning',
  );
  return command.action(async (flags: EstimateFlags) => {
    needed(command, '--history <files...>', flags.history);
    needed(command, '--results <files...>', flags.results);
    const reading = readFlags(command, flags);
    const manifest = flags.manifest === undefined ? null : readManifest(flags.manifest);
    const services = openServices(':memory:', (error) => console.error(error));
    try {
      const { model, report, answer } = await estimate(services, flags, reading, manifest);
      giveAnswer(answer, flags, () => [renderResults(report), renderEvaluation(answer, model)].join('\n\n'));
    } finally {
      await services.close();
    }
  });
}

interface Reading {
  readonly history: ReturnType<typeof toImportOptions>;
  readonly results: ReturnType<typeof toResultOptions>;
  readonly choice: Pick<z.infer<typeof resultLogQuery>, 'level' | 'methods'>;
}

/** Flags are checked as the API checks its parameters. The name of the new model is none of the history. */
function readFlags(command: Command, flags: EstimateFlags): Reading {
  const asked = { ...readingQuery(flags), extra: flags.extra };
  const choice = { level: flags.level, methods: flags.methods?.join(',') };
  const query = readReading(command, resultLogQuery, { ...asked, ...choice });
  const { level, methods } = query;
  return {
    history: toImportOptions(readReading(command, importQuery, { ...readingQuery(flags), model: undefined })),
    results: toResultOptions(query),
    choice: { level, methods },
  };
}

async function estimate(
  services: Services,
  flags: EstimateFlags,
  { history, results, choice }: Reading,
  manifest: Manifest | null,
) {
  await services.benchmarks.put(benchmark, toSettings({ score_range: flags.scoreRange }));
  const added = await services.imports.add(benchmark, findLocalFiles(flags.history), history);
  for (const line of renderFindings(toWireImport(added))) say(`history: ${line}`);
  const read = await services.logResults.ofBenchmark(benchmark, findLocalFiles(flags.results), results);
  const { model } = read;
  const found = await services.estimates.estimate(
    benchmark,
    {
      results: manifest === null ? read.results : weigh(read.results, manifest),
      model,
    },
    choice,
  );
  const lacking = manifest === null ? [] : unobserved(manifest, read.results);
  const report = {
    ...toWireResultReport(read.report),
    missing_count: lacking.length,
    missing_items: lacking,
  };
  return { model, report, answer: toWireEstimate(found) };
}
