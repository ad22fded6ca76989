import { answerOf, api, type Wire } from '../../api/client.ts';
import type { SizePoint } from '../../text/interpolate.ts';
import type { Units } from '../../text/units.ts';
import type { ProbabilityDesign } from '../../text/words.ts';

export type Plan = Wire['Plan'];

export interface PlanChoice {
  readonly benchmark: string;
  readonly level: number;
  readonly design: ProbabilityDesign;
}

/** Half-widths that are asked about, as shares of the score range. */
const shares = [0.2, 0.15, 0.1, 0.07, 0.05, 0.035, 0.025, 0.015];
const first = 0.1;

/** Items that a half-width needs, in score units. */
export function readPlan({ benchmark, ...rest }: PlanChoice, halfWidth: number): Promise<Plan> {
  const query = { half_width: halfWidth, ...rest };
  return answerOf(api.GET('/v1/benchmarks/{benchmark}/plan', { params: { path: { benchmark }, query } }));
}

/** Plans for some half-widths, the widest first, without those that not even all items but the last would bring. */
export async function readPlanCurve(choice: PlanChoice, { low, high }: Units): Promise<readonly Plan[]> {
  const halfWidthOf = (share: number) => Number((share * (high - low)).toPrecision(6));
  // The first one has the service measure its history; the others find that done.
  const measured = await readPlan(choice, halfWidthOf(first));
  const others = await Promise.all(
    shares.filter((share) => share !== first).map((share) => readPlan(choice, halfWidthOf(share))),
  );
  return [measured, ...others]
    .filter(({ items, population }) => items.aipw.median < population)
    .sort((a, b) => b.half_width - a.half_width);
}

export type PlanLine = 'median' | 'p90' | 'plain';

/** One line of the curve. */
export function pointsOf(plans: readonly Plan[], line: PlanLine): readonly SizePoint[] {
  const itemsOf = ({ items }: Plan) => (line === 'plain' ? items.random_sampling.median : items.aipw[line]);
  return plans
    .map((plan) => ({ items: itemsOf(plan), halfWidth: plan.half_width, population: plan.population }))
    .filter(({ items, population }) => items < population)
    .map(({ items, halfWidth }) => ({ items, halfWidth }));
}
