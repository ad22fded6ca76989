import type { PlotOptions } from '@observablehq/plot';
import type { Units } from '../text/units.ts';

/** Colours by role, as the style sheet has them in both looks. */
export const colours = {
  history: 'var(--history)',
  historyStrong: 'var(--history-strong)',
  estimate: 'var(--estimate)',
  baseline: 'var(--baseline)',
  other: 'var(--other)',
  band: 'var(--band)',
  beyond: 'var(--beyond)',
  ink: 'var(--ink)',
  softInk: 'var(--soft-ink)',
  grid: 'var(--grid)',
  warn: 'var(--warn-line)',
  critical: 'var(--critical-line)',
} as const;

/** Room for an axis with its ticks and its label, pixels. */
export const axisHeight = 46;

/** An axis of scores, written as the benchmark's units are. */
export function scoreAxis(units: Units, domain?: readonly [number, number]): PlotOptions['x'] {
  return {
    label: units.label,
    labelAnchor: 'center',
    labelArrow: 'none',
    transform: (score: number) => score * units.factor,
    ...(domain && { domain: domain.map((score) => score * units.factor) }),
    grid: false,
    nice: domain === undefined,
  };
}

/** The range that some scores lie in with a little air, within the score range. */
export function domainAround(values: readonly number[], { low, high }: Units): [number, number] {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const air = 0.06 * (most - least || (high - low) / 10);
  return [Math.max(low, least - air), Math.min(high, most + air)];
}
