/** The scores a benchmark can give, `[low, high]` in its own units (accuracy: 0 to 1; a judge: 1 to 10). */
export interface ScoreRange {
  readonly low: number;
  readonly high: number;
}

export const defaultScoreRange: ScoreRange = { low: 0, high: 1 };

/** Score units -> [0, 1]. All mathematics works on this unit scale. */
export function toUnit(score: number, range: ScoreRange): number {
  return (score - range.low) / (range.high - range.low);
}

/** [0, 1] -> score units. */
export function fromUnit(unit: number, range: ScoreRange): number {
  return range.low + unit * (range.high - range.low);
}

export function isInRange(score: number, range: ScoreRange): boolean {
  return score >= range.low && score <= range.high;
}

export function isUnitRange(range: ScoreRange): boolean {
  return range.low === 0 && range.high === 1;
}
