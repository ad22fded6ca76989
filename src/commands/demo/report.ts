import Table from 'cli-table3';
import type { z } from 'zod';
import type { comparison as comparisonSchema } from '../../http/schemas/comparisons.ts';
import type { evaluation as evaluationSchema } from '../../http/schemas/evaluations.ts';

type Comparison = z.infer<typeof comparisonSchema>;
type Evaluation = z.infer<typeof evaluationSchema>;

/** Exact scores of the model. */
export interface Truth {
  readonly full: number;
  ofGroup(group: string | null): number;
}

/** One evaluation as people read it, the truth beside it. */
export function renderEvaluation(evaluation: Evaluation, truth: Truth, description: string): string {
  const { model, observed_items: observed, population } = evaluation;
  return [
    `${model}: ${description}; run on ${observed} of ${population} items`,
    renderEstimates(evaluation, truth.full),
    renderGroups(evaluation, truth),
    renderSimilarity(evaluation),
    renderPlan(evaluation),
    `recommended   ${evaluation.recommended}: ${evaluation.recommended_reason}`,
    renderWarnings(evaluation),
  ].join('\n');
}

function renderEstimates({ estimates }: Evaluation, truth: number): string {
  const table = plainTable(['', 'full score', '95 % interval', 'off by', 'worth as many random items']);
  table.push(['truth', figure(truth), '', '', '']);
  for (const { method, estimate, interval, effective_sample_size: effective } of estimates) {
    if (estimate === null) continue;
    const holds = interval && truth >= interval.lower && truth <= interval.upper;
    table.push([
      method,
      figure(estimate),
      interval
        ? `${figure(interval.lower)} to ${figure(interval.upper)} ${holds ? 'contains it' : 'misses it'}`
        : 'none known',
      signed(estimate - truth),
      effective === null ? '' : effective.toFixed(0),
    ]);
  }
  return table.toString();
}

function renderGroups({ groups }: Evaluation, truth: Truth): string {
  const table = plainTable(['group', 'items run', 'truth', 'aipw', '95 % interval']);
  for (const { group, observed_items: run, population, estimate, interval, reason } of groups) {
    const shown = interval ? `${figure(interval.lower)} to ${figure(interval.upper)}` : (reason ?? '');
    table.push([
      group ?? '(none)',
      `${run} of ${population}`,
      figure(truth.ofGroup(group)),
      figure(estimate),
      shown,
    ]);
  }
  return table.toString();
}

function renderSimilarity({ similarity }: Evaluation): string {
  const nearest = similarity.nearest
    .slice(0, 3)
    .map(({ model, similarity: kappa }) => `${model} (${kappa.toFixed(2)})`);
  const mean = similarity.mean === null ? 'unknown' : `${similarity.mean.toFixed(2)}, ${similarity.level}`;
  const percentile =
    similarity.percentile === null
      ? ''
      : `; above that of ${(100 * similarity.percentile).toFixed(0)} % of the sources`;
  return `similarity    ${mean}${percentile}\nnearest       ${nearest.join(', ')}`;
}

function renderPlan({ plan }: Evaluation): string {
  if (plan === null) return 'plan          none';
  const wanted = plan.items_for_half_width.map(({ half_width: half, items }) => `${items} for +- ${half}`);
  return `plan          +- ${figure(plan.half_width)} now; items in all: ${wanted.join(', ')}`;
}

/** Two models item by item, the true difference beside it. */
export function renderComparison(comparison: Comparison, truth: number): string {
  const { a, b, difference, interval, message } = comparison;
  const bounds = interval ? `${signed(interval.lower)} to ${signed(interval.upper)}` : 'no interval';
  return [
    `${a} minus ${b}: ${signed(difference)} (95 %: ${bounds}); truth ${signed(truth)}`,
    `verdict       ${message}`,
  ].join('\n');
}

function renderWarnings({ warnings }: Evaluation): string {
  if (warnings.length === 0) return 'warnings      none';
  return warnings
    .map(({ code, severity, message }) => `${severity.toUpperCase().padEnd(13)} ${code}: ${message}`)
    .join('\n');
}

function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}

function figure(score: number): string {
  return score.toFixed(3);
}

function signed(difference: number): string {
  return `${difference < 0 ? '-' : '+'}${Math.abs(difference).toFixed(3)}`;
}
