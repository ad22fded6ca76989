import { listShared, readShared } from '../../test/support/shared.ts';

/** What one fit and one prediction took the paper's own Python code, where that was recorded. */
export interface RecordedTime {
  readonly fitMilliseconds: number;
  /** One target alone. */
  readonly targetMilliseconds: number;
}

const file = 'timing.md';

/** By data set, method and n, as they are named there; empty where the record is not at hand. */
export function readRecordedTimes(): ReadonlyMap<string, RecordedTime> {
  if (listShared('golden', file).length === 0) return new Map();
  const rows = readShared('golden', file)
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length > 9);
  return new Map(
    rows.map(([, data, , size, method, , fit, , single]) => [
      `${data.split(' ')[0]} ${method} ${size}`,
      { fitMilliseconds: 1000 * Number.parseFloat(fit), targetMilliseconds: Number(single) },
    ]),
  );
}

/** Of p-irt the record holds a sentence: seconds of one fit on ifeval, n = 50. Of gp-irt, how many times as long. */
export const recordedIrt = { fitMilliseconds: 105_000, gpIrtTimes: 2.8 } as const;
