import Table from 'cli-table3';

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

type Named = Pick<Row, 'path' | 'size'> & { readonly referenceName: string };

/** Two durations in milliseconds; the target is how much longer than the reference ours may take. */
export function durationRow(named: Named, ours: number, reference: number, atMost?: number): Row {
  const ratio = ours / reference;
  return {
    ...labels(named, formatMilliseconds(ours), formatMilliseconds(reference)),
    ratio: `${ratio.toFixed(2)} of its time`,
    target: atMost === undefined ? null : { text: `at most ${atMost}`, isReached: ratio <= atMost },
  };
}

/** Two durations in milliseconds; the target is how many times as fast as the reference ours has to be. */
export function speedupRow(named: Named, ours: number, reference: number, atLeast?: number): Row {
  const ratio = reference / ours;
  return {
    ...labels(named, formatMilliseconds(ours), formatMilliseconds(reference)),
    ratio: `${ratio.toFixed(ratio < 10 ? 2 : 0)} times as fast`,
    target: atLeast === undefined ? null : { text: `at least ${atLeast}`, isReached: ratio >= atLeast },
  };
}

/** Two rates in requests per second; the target is the share of the reference's rate that ours has to reach. */
export function rateRow(named: Named, ours: number, reference: number, atLeast?: number): Row {
  const ratio = ours / reference;
  return {
    ...labels(named, `${Math.round(ours)} /s`, `${Math.round(reference)} /s`),
    ratio: `${formatShare(ratio)} of its rate`,
    target:
      atLeast === undefined
        ? null
        : { text: `at least ${formatShare(atLeast)}`, isReached: ratio >= atLeast },
  };
}

/** A row whose reference is not to be had here. */
export function unmatchedRow(named: Named, ours: number): Row {
  return {
    path: named.path,
    size: named.size,
    ours: formatMilliseconds(ours),
    reference: named.referenceName,
    ratio: '-',
    target: null,
  };
}

function labels({ path, size, referenceName }: Named, ours: string, reference: string) {
  return { path, size, ours, reference: `${referenceName}: ${reference}` };
}

function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 1) return `${(1000 * milliseconds).toPrecision(3)} us`;
  return milliseconds < 1000
    ? `${milliseconds.toPrecision(3)} ms`
    : `${(milliseconds / 1000).toPrecision(3)} s`;
}

function formatShare(share: number): string {
  return `${Math.round(100 * share)} %`;
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
