/** How scores of a benchmark are written: as percentages where they go from 0 to 1, else as they are. */
export interface Units {
  /** What a score is multiplied by to be shown. */
  readonly factor: number;
  readonly low: number;
  readonly high: number;
  /** For axes, for example "Score (%)". */
  readonly label: string;
  /** 73.1 % */
  score(value: number): string;
  /** +3.2 points */
  difference(value: number): string;
  /** 3.2 points: how far off, without a sign */
  distance(value: number): string;
  /** +1.2 to +5.2 points */
  differences(lower: number, upper: number): string;
  /** ± 4.1 points */
  halfWidth(value: number): string;
  /** 63.4 % to 81.3 % */
  range(lower: number, upper: number): string;
}

export function unitsOf(scoreRange: readonly number[]): Units {
  const [low, high] = scoreRange;
  const isShare = low === 0 && high === 1;
  const factor = isShare ? 100 : 1;
  const digits = isShare ? 1 : Math.min(12, Math.max(0, 3 - Math.ceil(Math.log10(high - low))));
  const plain = (value: number) => minus((value * factor).toFixed(digits));
  const signed = (value: number) =>
    Number((value * factor).toFixed(digits)) > 0 ? `+${plain(value)}` : plain(value);
  const score = (value: number) => (isShare ? `${plain(value)} %` : plain(value));
  const unit = isShare ? ' points' : '';
  return {
    factor,
    low,
    high,
    label: isShare ? 'Score (%)' : 'Score',
    score,
    difference: (value) => `${signed(value)}${unit}`,
    differences: (lower, upper) => `${signed(lower)} to ${signed(upper)}${unit}`,
    distance: (value) => `${plain(value)}${unit}`,
    // The sign stays with its figure at the end of a line.
    halfWidth: (value) => `±\u00a0${plain(value)}${unit}`,
    range: (lower, upper) =>
      isShare ? `${plain(lower)} % to ${plain(upper)} %` : `${plain(lower)} to ${plain(upper)}`,
  };
}

function minus(text: string): string {
  // No sign before what is rounded to nothing.
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replace('-', '\u2212');
}

const counts = new Intl.NumberFormat('en');
const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

export function count(value: number): string {
  return counts.format(value);
}

/** "1 model", "2 models" */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

export function share(value: number, digits = 0): string {
  return `${(100 * value).toFixed(digits)} %`;
}

/** A level, such as 0.95, with just the digits it has. */
export function percent(level: number): string {
  return `${Number((100 * level).toFixed(4))} %`;
}

export function date(timestamp: string): string {
  return dates.format(new Date(timestamp));
}

/** A dimensionless figure, such as kappa or a ratio. */
export function figure(value: number, digits = 2): string {
  return minus(value.toFixed(digits));
}
