import Table from 'cli-table3';
import { type Figure, type LoadReport, readingsOf } from './run-load.ts';
import { type Reading, type Slope, slopeOf } from './slope.ts';
import { quantileOf } from './tally.ts';

/** Growth a minute that nobody would notice in a week: of what is there. */
const maxGrowthShare = 0.01;
/** Megabytes that caches may still take once it has warmed up halfway. */
const mostLiveGrowth = 8;
/** Below this the collector decides more than we do. */
const noiseMegabytes = 4;
/** Of fewer the last hundredth is one alone. */
const fewest = 200;
/** What somebody waits for; the others carry megabytes. */
const promptKinds: ReadonlySet<string> = new Set(['poll', 'evaluate', 'core set', 'create', 'delete']);

export function renderReport(report: LoadReport): string {
  const table = new Table({
    head: ['kind', 'answers by status', 'p50 ms', 'p99 ms'],
    style: { head: [], border: [] },
  });
  for (const { kind, statuses, accepted } of report.kinds) {
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    table.push([
      kind,
      counts.join(', '),
      ...[0.5, 0.99].map((share) => quantileOf(accepted, share).toFixed(0)),
    ]);
  }
  const lags = report.readings.map(({ eventLoopP99 }) => eventLoopP99).sort((a, b) => a - b);
  return [
    table.toString(),
    `RSS       ${describe(report, 'rss')}`,
    `heap      ${describe(report, 'heap')}`,
    `external  ${describe(report, 'external')}`,
    `besides   ${describe(report, 'besides')} (RSS but for the heap's full size)`,
    `live      ${describeLive(report)}`,
    `event-loop delay, p99 of each second: median ${quantileOf(lags, 0.5).toFixed(0)} ms, worst ${lags.at(-1)?.toFixed(0)} ms`,
    `the main thread was away from a processor: everything took ${report.contention.toFixed(1)} times as long as alone`,
    `open handles: ${report.handlesBefore} before, ${report.handlesAfter} after; requests under way: ${report.underWayAfter}; temporary files: ${report.leftFiles.length}; exit code ${report.exitCode}`,
  ].join('\n');
}

function describe(report: LoadReport, figure: Figure): string {
  const values = report.readings.map((reading) => reading[figure]).sort((a, b) => a - b);
  const [whole, late] = [slopeOf(readingsOf(report, figure)), slopeOf(lateReadingsOf(report, figure))];
  return `${values[0].toFixed(0)} to ${values.at(-1)!.toFixed(0)} MB, slope ${describeSlope(whole)} MB/min, of the second half ${describeSlope(late)} MB/min`;
}

/** What is left when the garbage is collected by force. */
function describeLive({ live: { early, late } }: LoadReport): string {
  const figures = ['heap', 'external', 'rss'] as const;
  const changes = figures.map(
    (figure) => `${figure} ${early[figure].toFixed(1)} then ${late[figure].toFixed(1)} MB`,
  );
  return `after a collection: ${changes.join(', ')}`;
}

function describeSlope({ perMinute, standardError }: Slope): string {
  return `${perMinute.toFixed(2)} ± ${standardError.toFixed(2)}`;
}

/** Of the second half: by then caches, threads and what the allocator keeps are as large as they get. */
function lateReadingsOf(report: LoadReport, figure: Figure): Reading[] {
  const readings = readingsOf(report, figure);
  const middle = (readings[0].seconds + readings.at(-1)!.seconds) / 2;
  return readings.filter(({ seconds }) => seconds >= middle);
}

/** What does not depend on how fast a machine is. */
export function brokenRules(report: LoadReport): string[] {
  const broken = Array.from(report.complaints, ([what, count]) => `${count} times ${what}`);
  if (report.underWayAfter !== 0) broken.push(`${report.underWayAfter} requests never ended`);
  if (report.handlesAfter > report.handlesBefore + 40)
    broken.push(`${report.handlesAfter - report.handlesBefore} handles were left open`);
  if (report.leftFiles.length > 0) broken.push(`temporary files were left: ${report.leftFiles.join(', ')}`);
  if (report.exitCode !== 0) broken.push(`it ended with ${report.exitCode}`);
  return broken;
}

/** @param maxP99 milliseconds, with a processor of its own */
export function brokenPromises(report: LoadReport, maxP99: number): string[] {
  const bound = Math.round(maxP99 * report.contention);
  const late = report.kinds
    .filter(
      ({ kind, accepted }) =>
        promptKinds.has(kind) && accepted.length >= fewest && quantileOf(accepted, 0.99) > bound,
    )
    .map(({ kind }) => `a hundredth of "${kind}" took more than ${bound} ms`);
  const growing = (['heap', 'besides'] as const).filter((figure) => {
    const readings = lateReadingsOf(report, figure);
    return !isFlat(slopeOf(readings), meanOf(readings.map(({ value }) => value)));
  });
  const { live } = report;
  const leaking = (['heap', 'external'] as const).filter(
    (figure) => live.late[figure] - live.early[figure] > mostLiveGrowth,
  );
  return [
    ...brokenRules(report),
    ...late,
    ...growing.map((figure) => (figure === 'heap' ? 'the heap grows' : 'memory besides the heap grows')),
    ...leaking.map((figure) => `the live ${figure} grew`),
  ];
}

/** Not more than two standard errors above what nobody would notice. */
function isFlat({ perMinute, standardError }: Slope, mean: number): boolean {
  return perMinute - 2 * standardError <= Math.max(maxGrowthShare * mean, noiseMegabytes / 10);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
