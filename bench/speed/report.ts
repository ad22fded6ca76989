import Table from 'cli-table3';
import { median, type Runs } from './measure.ts';

/** What one line of the table says. */
export interface Row {
  readonly path: string;
  readonly size: string;
  readonly ours: string;
  readonly reference: string;
  readonly ratio: string;
  /** What the ratio should be, and whether it is; null where it is only shown. */
  readonly target: { readonly text: string; readonly isReached: boolean } | null;
}

export type Named = Pick<Row, 'path' | 'size'> & { readonly referenceName: string };

/** Durations in milliseconds; the target is how many times as long as the reference ours may take. */
export function durationRow(named: Named, runs: Runs, atMost?: number): Row {
  const ratios = ratiosOf(runs.ours, runs.reference);
  return {
    ...labels(named, runs, formatMilliseconds),
    ratio: `${formatRatios(ratios)} of its time`,
    target: atMost === undefined ? null : { text: `at most ${atMost}`, isReached: median(ratios) <= atMost },
  };
}

/** Durations in milliseconds; the target is how many times as fast as the reference ours has to be. */
export function speedupRow(named: Named, runs: Runs, atLeast?: number): Row {
  const ratios = ratiosOf(runs.reference, runs.ours);
  return {
    ...labels(named, runs, formatMilliseconds),
    ratio: `${formatRatios(ratios)} times as fast`,
    target:
      atLeast === undefined ? null : { text: `at least ${atLeast}`, isReached: median(ratios) >= atLeast },
  };
}

/** Rates a second; the target is the share of the reference's rate that ours has to reach. */
export function rateRow(named: Named, runs: Runs, atLeast: number, format = formatRate): Row {
  const ratios = ratiosOf(runs.ours, runs.reference);
  return {
    ...labels(named, runs, format),
    ratio: `${formatRatios(ratios.map((ratio) => 100 * ratio))} % of its rate`,
    target: { text: `at least ${100 * atLeast} %`, isReached: median(ratios) >= atLeast },
  };
}

/** A figure that may not be larger than another. */
export function boundRow(named: Named, ours: readonly number[], bound: number, unit: string): Row {
  const format = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
  return {
    ...labels(named, { ours, reference: [bound] }, format),
    ratio: `${formatRatios(ours.map((value) => value / bound))} of it`,
    target: { text: 'at most 1', isReached: median(ours) <= bound },
  };
}

/** A row whose reference is not to be had here. */
export function unmatchedRow(named: Named, ours: readonly number[]): Row {
  const { path, size, referenceName: reference } = named;
  return { path, size, ours: formatMilliseconds(median(ours)), reference, ratio: '-', target: null };
}

function ratiosOf(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, run) => value / others[run]);
}

/** The median, and how far the runs are apart. */
function formatRatios(ratios: readonly number[]): string {
  const [low, middle, high] = [Math.min(...ratios), median(ratios), Math.max(...ratios)].map(formatNumber);
  return low === high ? middle : `${middle} (${low} to ${high})`;
}

function formatNumber(value: number): string {
  return value.toFixed(value < 10 ? 2 : 0);
}

function labels(
  { path, size, referenceName }: Named,
  { ours, reference }: Runs,
  format: (value: number) => string,
) {
  return {
    path,
    size,
    ours: format(median(ours)),
    reference: `${referenceName}: ${format(median(reference))}`,
  };
}

function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 1) return `${(1000 * milliseconds).toPrecision(3)} us`;
  return milliseconds < 1000
    ? `${milliseconds.toPrecision(3)} ms`
    : `${(milliseconds / 1000).toPrecision(3)} s`;
}

function formatRate(rate: number): string {
  return `${Math.round(rate)} /s`;
}

export function renderTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ['path', 'size', 'ours', 'reference', 'ratio', 'target'],
    style: { head: [], border: [] },
  });
  for (const { path, size, ours, reference, ratio, target } of rows) {
    const verdict = target === null ? '-' : `${target.text}: ${target.isReached ? 'reached' : 'MISSED'}`;
    table.push([path, size, ours, reference, ratio, verdict]);
  }
  return table.toString();
}

/** A plain sentence for each row that misses its target. */
export function missedTargets(rows: readonly Row[]): string[] {
  return rows
    .filter(({ target }) => target?.isReached === false)
    .map(({ path, size, ratio, target }) => `missed: ${path} (${size}): ${ratio}, target ${target!.text}`);
}

export function progress(text: string): void {
  process.stderr.write(`${text} ...\n`);
}
