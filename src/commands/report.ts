import type { z } from 'zod';
import type { comparison as comparisonSchema } from '../http/schemas/comparisons.ts';
import type { evaluation as evaluationSchema } from '../http/schemas/evaluations.ts';
import { type FailOn, failOnLevels } from './options.ts';
import { figure, plainTable, signed } from './tables.ts';

type Comparison = z.infer<typeof comparisonSchema>;
type Evaluation = z.infer<typeof evaluationSchema>;

/** What an evaluation and a stateless estimate have in common. */
export type Answered = Pick<
  Evaluation,
  | 'observed_items'
  | 'population'
  | 'estimates'
  | 'groups'
  | 'similarity'
  | 'plan'
  | 'recommended'
  | 'recommended_reason'
  | 'warnings'
> &
  Partial<Pick<Evaluation, 'expected_error'>>;

/** Exact scores of the model. */
export interface Truth {
  readonly full: number;
  ofGroup(group: string | null): number;
}

/**
 * One evaluation as people read it.
 * @param title the model, and what is to be said of it
 * @param truth stands beside every estimate; only a simulation knows it
 */
export function renderEvaluation(evaluation: Answered, title: string, truth: Truth | null = null): string {
  const { observed_items: observed, population } = evaluation;
  return [
    `${title}; run on ${observed} of ${population} items`,
    truth === null ? renderEstimates(evaluation) : renderTrueEstimates(evaluation, truth.full),
    ...(evaluation.groups.length === 0 ? [] : [renderGroups(evaluation, truth)]),
    renderSimilarity(evaluation),
    renderPlan(evaluation),
    ...renderExpectedError(evaluation),
    `recommended   ${evaluation.recommended}: ${evaluation.recommended_reason}`,
    renderWarnings(evaluation),
  ].join('\n');
}

type Interval = Evaluation['estimates'][number]['interval'];

function bounds(interval: NonNullable<Interval>): string {
  return `${figure(interval.lower)} to ${figure(interval.upper)}`;
}

/** All intervals of an answer have the same level. */
function intervalHead({ estimates }: Answered): string {
  const level = estimates.find(({ interval }) => interval !== null)?.interval?.level;
  return level === undefined ? 'interval' : `${Number((100 * level).toPrecision(6))} % interval`;
}

const worthHead = 'worth as many random items';

function renderEstimates(evaluation: Answered): string {
  const table = plainTable(['', 'full score', intervalHead(evaluation), worthHead]);
  const reasons: string[] = [];
  for (const { method, estimate, interval, effective_sample_size: worth, reason } of evaluation.estimates) {
    table.push([
      method,
      estimate === null ? '' : figure(estimate),
      interval ? bounds(interval) : 'none known',
      worth === null ? '' : worth.toFixed(0),
    ]);
    if (reason !== null) reasons.push(`${method}: ${reason}`);
  }
  return [table.toString(), ...reasons].join('\n');
}

function renderTrueEstimates(evaluation: Answered, truth: number): string {
  const table = plainTable(['', 'full score', intervalHead(evaluation), 'off by', worthHead]);
  table.push(['truth', figure(truth), '', '', '']);
  for (const { method, estimate, interval, effective_sample_size: worth } of evaluation.estimates) {
    if (estimate === null) continue;
    const holds = interval && truth >= interval.lower && truth <= interval.upper;
    table.push([
      method,
      figure(estimate),
      interval ? `${bounds(interval)} ${holds ? 'contains it' : 'misses it'}` : 'none known',
      signed(estimate - truth),
      worth === null ? '' : worth.toFixed(0),
    ]);
  }
  return table.toString();
}

function renderGroups(evaluation: Answered, truth: Truth | null): string {
  const isTrue = truth !== null;
  const table = plainTable([
    'group',
    'items run',
    ...(isTrue ? ['truth'] : []),
    'aipw',
    intervalHead(evaluation),
  ]);
  for (const { group, observed_items: run, population, estimate, interval, reason } of evaluation.groups) {
    table.push([
      group ?? '(none)',
      `${run} of ${population}`,
      ...(isTrue ? [figure(truth.ofGroup(group))] : []),
      figure(estimate),
      interval ? bounds(interval) : (reason ?? ''),
    ]);
  }
  return table.toString();
}

function renderSimilarity({ similarity }: Answered): string {
  const nearest = similarity.nearest
    .slice(0, 3)
    .map(({ model, similarity: kappa }) => `${model} (${kappa.toFixed(2)})`);
  const mean = similarity.mean === null ? 'unknown' : `${similarity.mean.toFixed(2)}, ${similarity.level}`;
  const percentile =
    similarity.percentile === null
      ? ''
      : `; above that of ${(100 * similarity.percentile).toFixed(0)} % of the sources`;
  return `similarity    ${mean}${percentile}\nnearest       ${nearest.join(', ') || 'none'}`;
}

function renderPlan({ plan }: Answered): string {
  if (plan === null) return 'plan          none';
  const wanted = plan.items_for_half_width.map(({ half_width: half, items }) => `${items} for +- ${half}`);
  return `plan          +- ${figure(plan.half_width)} now; items in all: ${wanted.join(', ')}`;
}

function renderExpectedError({ expected_error: expected }: Answered): string[] {
  if (!expected) return [];
  const shown = expected.methods.map(
    ({ method, mean_absolute_error: error, p90 }) =>
      `${method} ${figure(error)} (nine of ten ${figure(p90)})`,
  );
  return [`off by        on your own history, by ${shown.join(', ')}`];
}

function renderWarnings({ warnings }: Answered): string {
  if (warnings.length === 0) return 'warnings      none';
  return warnings
    .map(({ code, severity, message }) => `${severity.toUpperCase().padEnd(13)} ${code}: ${message}`)
    .join('\n');
}

/** Two models item by item, the true difference beside it. */
export function renderComparison(comparison: Comparison, truth: number): string {
  const { a, b, difference, interval, message } = comparison;
  const shown = interval ? `${signed(interval.lower)} to ${signed(interval.upper)}` : 'no interval';
  return [
    `${a} minus ${b}: ${signed(difference)} (95 %: ${shown}); truth ${signed(truth)}`,
    `verdict       ${message}`,
  ].join('\n');
}

/** The wire says `warn`, the command line `warning`. */
const severities: Readonly<Record<Answered['warnings'][number]['severity'], FailOn>> = {
  info: 'info',
  warn: 'warning',
  critical: 'critical',
};

/** The warnings that are at least as severe. */
export function warningsFrom(
  { warnings }: Pick<Answered, 'warnings'>,
  least: FailOn | undefined,
): Answered['warnings'] {
  if (least === undefined) return [];
  const rank = (severity: FailOn) => failOnLevels.indexOf(severity);
  return warnings.filter(({ severity }) => rank(severities[severity]) >= rank(least));
}
