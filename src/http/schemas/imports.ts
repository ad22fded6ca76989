import { z } from 'zod';
import { reducerNames } from '../../importers/logs/reducers.ts';
import { conflictPolicies } from '../../scores/merge-rows.ts';
import type { ImportReport, LogReport } from '../../services/import-report.ts';
import type { ImportOptions, LogOptions } from '../../services/imports.ts';
import type { ResultOptions, ResultReport } from '../../services/log-results.ts';
import { answerQuery, benchmarkName, count, entityName } from './primitives.ts';
import { mergeOutcome, toWireOutcome } from './scores.ts';

const nameList = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.string().min(1)).max(100));

/** What a log does not say itself, or leaves open. */
const logQuery = z.strictObject({
  model: entityName
    .optional()
    .meta({ description: 'The model, where the files do not say, or to call it otherwise.' }),
  task: z.string().min(1).max(255).optional().meta({ description: 'The task, where the files do not say.' }),
  metric: nameList.optional().meta({
    description: 'The metric to take; of several, by comma, the first that a task has.',
    examples: ['exact_match,acc'],
  }),
  filter: nameList.optional().meta({
    description: 'The filter (lm-eval), key (Inspect), split (HELM) or prompt (promptfoo) to take, likewise.',
    examples: ['strict-match,none'],
  }),
  reducer: z
    .enum(reducerNames)
    .default('mean')
    .meta({ description: 'How epochs, trials and other repeats become one score.' }),
  group: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({
      description: "The field of a sample's metadata that is its group; its task where none is given.",
      examples: ['subject'],
    }),
  content: z.enum(['check', 'ignore']).default('check').meta({
    description:
      'Items with another content hash than what is stored are found by their content or refused; `ignore` takes ids at their word.',
  }),
  filename: z
    .string()
    .min(1)
    .max(1024)
    .default('upload')
    .meta({ description: 'Name of a file that is sent as the whole body, folders included.' }),
});

const yesOrNo = z
  .string()
  .refine((text) => text === 'true' || text === 'false', 'must be true or false')
  .transform((text) => text === 'true');

export const importQuery = logQuery.extend({
  on_conflict: z.enum(conflictPolicies).default('error').meta({
    description: 'What happens where a cell is already stored with another value.',
  }),
  dry_run: yesOrNo
    .default(false)
    .meta({ description: 'Only say what would be imported.', type: 'boolean', default: false }),
});

/** Of results, beside what may be chosen about the answer. */
export const resultLogQuery = logQuery.extend({
  ...answerQuery.shape,
  from_evaluation: z.string().min(1).max(100).optional().meta({
    description: 'An earlier evaluation of this model, whose results on these items count here too.',
  }),
  extra: z.enum(['refuse', 'ignore']).default('refuse').meta({
    description: 'What happens to samples of items that are not in the core set.',
  }),
});

/** Parameters that say something of logs, and nothing of results as JSON. */
export const logParameters: ReadonlySet<string> = new Set([...Object.keys(logQuery.shape), 'extra']);

/** For the document only. */
export const uploadForm = z
  .object({
    file: z
      .array(z.string().meta({ format: 'binary' }))
      .meta({ description: 'Logs, or a zip or tar.gz of them.' }),
  })
  .meta({ id: 'UploadForm', description: 'The files of one or several runs; names may hold folders.' });
export const uploadFile = z
  .string()
  .meta({ id: 'UploadFile', format: 'binary', description: 'One log, or a zip or tar.gz of several.' });

const measure = z.object({
  metric: z.string(),
  filter: z.string().nullable(),
});

const foundMeasure = measure.extend({
  chosen: z.boolean(),
  scored: count,
  missing: count,
  reason: z.string().nullable().meta({ description: 'Why it cannot be a score.' }),
});

const reportFields = {
  files: z.array(
    z.object({
      file: z.string(),
      format: z.string().nullable().meta({ description: 'null where it is none that is read.' }),
      records: count,
      note: z
        .string()
        .nullable()
        .meta({ description: 'Why nothing was taken from it, or what to know about it.' }),
    }),
  ),
  tasks: z.array(
    z.object({
      task: z.string().nullable(),
      items: count,
      new_items: count,
      measures: z.array(foundMeasure),
    }),
  ),
  missing: z
    .array(z.object({ reason: z.string(), count }))
    .meta({ description: 'Samples without a score. They stay missing: never 0.' }),
  remapped: z
    .object({
      count,
      examples: z.array(z.object({ model: z.string(), from: z.string(), to: z.string() })),
    })
    .meta({ description: 'Samples that lay under the id of another item, found by their content.' }),
  summaries: z
    .array(
      measure.extend({
        model: z.string(),
        task: z.string().nullable(),
        reported: z.number(),
        reported_items: count.nullable(),
        mean: z.number(),
        items: count,
        agrees: z
          .boolean()
          .nullable()
          .meta({ description: 'null where the two are not of the same samples.' }),
      }),
    )
    .meta({ description: 'What the logs say of themselves, beside what was read.' }),
  notes: z.array(z.string()),
};

export const importReport = z
  .object({
    dry_run: z.boolean(),
    benchmark: benchmarkName,
    question: z.string().nullable().meta({ description: 'What must be said before this can be imported.' }),
    ...reportFields,
    models: z.array(
      z.object({
        model: z.string(),
        scored_items: count,
        missing_items: count.meta({ description: 'Items it was run on, without a score.' }),
        mean_score: z.number().nullable(),
        is_new: z.boolean(),
      }),
    ),
    groups: z.array(z.object({ group: z.string(), item_count: count })),
    conflicts: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .meta({ description: 'On a dry run: what on_conflict would decide, up to twenty.' }),
    outcome: mergeOutcome.nullable().meta({ description: 'null on a dry run.' }),
  })
  .meta({ id: 'ImportReport' });

const namedItems = { missing_items: z.array(z.string()), extra_items: z.array(z.string()) };

export const resultReport = z
  .object({
    ...reportFields,
    ...namedItems,
    missing_count: count.meta({
      description: 'Items of the core set without a score here; a hundred are named.',
    }),
    extra_count: count.meta({ description: 'Items that were not asked for, and left out.' }),
  })
  .meta({ id: 'ResultReport', description: 'What was read from a log of results.' });

function toLogOptions(query: z.infer<typeof logQuery>): LogOptions {
  return {
    model: query.model ?? null,
    task: query.task ?? null,
    metrics: query.metric ?? [],
    filters: query.filter ?? [],
    reducer: query.reducer,
    group: query.group ?? null,
    ignoresContent: query.content === 'ignore',
  };
}

export function toImportOptions(query: z.infer<typeof importQuery>): ImportOptions {
  return { ...toLogOptions(query), policy: query.on_conflict, isDryRun: query.dry_run };
}

export function toResultOptions(query: z.infer<typeof resultLogQuery>): ResultOptions {
  return { ...toLogOptions(query), extra: query.extra };
}

function toWireLogReport({ files, tasks, missing, remapped, summaries, notes }: LogReport) {
  return {
    files: [...files],
    tasks: tasks.map(({ task, items, newItems, measures, chosen }) => ({
      task,
      items,
      new_items: newItems,
      measures: measures.map((found) => ({
        metric: found.metric,
        filter: found.filter,
        chosen: found === chosen,
        scored: found.scored,
        missing: found.missing,
        reason: found.unusable && `${found.unusable.place}: ${found.unusable.reason}`,
      })),
    })),
    missing: [...missing],
    remapped: { count: remapped.count, examples: [...remapped.examples] },
    summaries: summaries.map((summary) => ({
      model: summary.model,
      task: summary.task,
      metric: summary.metric,
      filter: summary.filter,
      reported: summary.value,
      reported_items: summary.items,
      mean: summary.mean,
      items: summary.itemsRead,
      agrees: summary.agrees,
    })),
    notes: [...notes],
  };
}

export function toWireImport(report: ImportReport): z.infer<typeof importReport> {
  return {
    dry_run: report.isDryRun,
    benchmark: report.benchmark,
    question: report.question,
    ...toWireLogReport(report),
    models: report.models.map(({ model, scoredItems, missingItems, meanScore, isNew }) => ({
      model,
      scored_items: scoredItems,
      missing_items: missingItems,
      mean_score: meanScore,
      is_new: isNew,
    })),
    groups: report.groups.map(({ group, itemCount }) => ({ group, item_count: itemCount })),
    conflicts: [...report.conflicts],
    outcome: report.outcome && toWireOutcome(report.outcome),
  };
}

export function toWireResultReport(report: ResultReport): z.infer<typeof resultReport> {
  return {
    ...toWireLogReport(report),
    missing_items: [...report.lacking.items],
    missing_count: report.lacking.count,
    extra_items: [...report.extra.items],
    extra_count: report.extra.count,
  };
}
