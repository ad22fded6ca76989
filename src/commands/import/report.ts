import type { z } from 'zod';
import type { importReport, resultReport } from '../../http/schemas/imports.ts';
import { counted, figure, figureOrNone, renderRows } from '../tables.ts';

/** What an import found, and what it did. */
export type ImportReport = z.infer<typeof importReport>;

/** What was read of the results of one model. */
export type ResultReport = z.infer<typeof resultReport>;

/** An import as people read it: what wants an answer comes last, where a terminal shows it. */
export function renderImport(report: ImportReport): string {
  const { benchmark, files, models, tasks, groups } = report;
  const blocks = [
    `${benchmark}: ${counted(files.length, 'file')}${models.length === 0 ? '' : `, ${counted(models.length, 'model')}`}`,
    renderFiles(files),
    renderModels(models),
    renderTasks(tasks),
    groups.length === 0
      ? ''
      : `groups        ${groups.map(({ group, item_count: count }) => `${group} (${count})`).join(', ')}`,
    ...renderFindings(report),
    ...report.conflicts.map(({ path, message }) => `CONFLICT      ${path}: ${message}`),
    report.question === null ? '' : `QUESTION      ${report.question}`,
    renderOutcome(report),
  ];
  return blocks.filter((block) => block !== '').join('\n');
}

/** The lines under the tables, loudest last. */
export function renderFindings({
  missing,
  remapped,
  summaries,
  notes,
}: Pick<ImportReport, 'missing' | 'remapped' | 'summaries' | 'notes'>): string[] {
  return [
    missing.length === 0
      ? ''
      : `missing       ${missing.map(({ reason, count }) => `${reason} (${count})`).join(', ')}`,
    renderRemapped(remapped),
    ...notes.map((note) => `note          ${note}`),
    ...renderSummaries(summaries),
  ].filter((line) => line !== '');
}

export function renderFiles(files: ImportReport['files']): string {
  if (files.length === 0) return '';
  // A long list is cut: what wants to be said of a file comes first.
  const noted = files.toSorted(
    (a, b) =>
      Number(b.note !== null) - Number(a.note !== null) || Number(b.records > 0) - Number(a.records > 0),
  );
  return renderRows(
    ['file', 'format', 'records', ''],
    noted.map(({ file, format, records, note }) => [file, format ?? '', records, note ?? '']),
  );
}

function renderModels(models: ImportReport['models']): string {
  if (models.length === 0) return '';
  return renderRows(
    ['model', 'scored', 'missing', 'mean', ''],
    models.map(({ model, scored_items: scored, missing_items: missing, mean_score: mean, is_new: isNew }) => [
      model,
      scored,
      missing,
      figureOrNone(mean),
      isNew ? 'new' : '',
    ]),
  );
}

/** A line for every measure that a task has; `->` marks what counts. */
export function renderTasks(tasks: ImportReport['tasks']): string {
  // A score matrix knows no tasks.
  const measured = tasks.filter(({ measures }) => measures.length > 0);
  if (measured.length === 0) return '';
  const rows = measured.flatMap(({ task, items, new_items: added, measures }) =>
    measures.map((measure, index) => [
      ...(index === 0 ? [task ?? '', items, added] : ['', '', '']),
      `${measure.chosen ? '-> ' : '   '}${measureName(measure)}`,
      measure.scored,
      measure.missing,
      measure.reason ?? '',
    ]),
  );
  return renderRows(['task', 'items', 'new', 'score', 'scored', 'missing', ''], rows, 60);
}

function measureName({
  metric,
  filter,
}: {
  readonly metric: string;
  readonly filter: string | null;
}): string {
  return filter === null ? metric : `${metric}, ${filter}`;
}

function renderRemapped({ count, examples }: ImportReport['remapped']): string {
  if (count === 0) return '';
  const shown = examples.slice(0, 3).map(({ model, from, to }) => `${from} is ${to} (${model})`);
  return `remapped      ${counted(count, 'item')} by content: ${shown.join('; ')}`;
}

const maxLoud = 20;

function renderSummaries(summaries: ImportReport['summaries']): string[] {
  const agreeing = summaries.filter(({ agrees }) => agrees === true).length;
  const loud = summaries
    .filter(({ agrees }) => agrees === false)
    .map((summary) => {
      const { model, task, reported, reported_items: of, mean, items } = summary;
      const where = [model, task, measureName(summary)].filter((part) => part !== null).join(', ');
      return `DISAGREES     ${where}: its log reports ${figure(reported)}${of === null ? '' : ` on ${of}`}, its records give ${figure(mean)} on ${items}`;
    });
  const calm =
    agreeing === 0 ? [] : [`summaries     ${agreeing} of ${summaries.length} reported scores agree`];
  const left = loud.length - maxLoud;
  return [
    ...calm,
    ...loud.slice(0, maxLoud),
    ...(left > 0 ? [`DISAGREES     ... and ${left} more reported scores`] : []),
  ];
}

function renderOutcome({ outcome, dry_run: isDry }: ImportReport): string {
  if (outcome === null)
    return isDry ? 'dry run       nothing was stored' : 'NOT STORED    nothing was stored';
  const {
    models_added: added,
    models_updated: updated,
    models_skipped: skipped,
    items_added: items,
  } = outcome;
  return [
    `stored        ${counted(added, 'model')} added, ${updated} updated, ${skipped} skipped`,
    `${counted(items, 'item')} added`,
    `${counted(outcome.cells, 'score')} written; revision ${outcome.revision}`,
  ].join('; ');
}
