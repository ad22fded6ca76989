import { logNoteOf } from '../../api/log-notes.ts';
import { count, plural, type Units } from '../../text/units.ts';

/** What was read from the log that this evaluation was just made from. */
export function LogNote({ evaluation, units }: { readonly evaluation: string; readonly units: Units }) {
  const report = logNoteOf(evaluation);
  if (report === undefined) return null;
  const read = report.files.filter(({ format }) => format !== null);
  const doubtful = report.summaries.filter(({ agrees }) => agrees === false);
  const agreeing = report.summaries.filter(({ agrees }) => agrees === true);
  const lines = [
    `Read from ${plural(read.length, 'file')}: ${read.map(({ file, format }) => `${file} (${format})`).join(', ')}.`,
    ...report.tasks.flatMap(({ task, measures }) =>
      measures
        .filter(({ chosen }) => chosen)
        .map(
          ({ metric, filter }) => `${task ?? 'Scores'} by ${metric}${filter === null ? '' : ` (${filter})`}.`,
        ),
    ),
    report.missing_count > 0 &&
      `${plural(report.missing_count, 'item')} of the core set without a score, for example ${report.missing_items[0]}.`,
    report.extra_count > 0 && `${plural(report.extra_count, 'sample')} that nobody asked for, left out.`,
    report.remapped.count > 0 &&
      `${count(report.remapped.count)} found by their content, under another id than in the history.`,
    ...report.missing.map(({ reason, count: samples }) => `${count(samples)} without a score: ${reason}.`),
    agreeing.length > 0 &&
      `What the log reports of itself agrees with what was read (${plural(agreeing.length, 'figure')}).`,
    ...doubtful.map(
      ({ metric, reported, mean }) =>
        `The log reports ${metric} ${units.score(reported)}, but its samples give ${units.score(mean)}.`,
    ),
    ...report.notes,
  ].filter((line): line is string => Boolean(line));
  return (
    <section class={`notice ${doubtful.length > 0 ? 'warn' : 'info'}`} aria-labelledby="log-title">
      <h2 id="log-title">Your log was read</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
