import { Chart } from '../../charts/chart.tsx';
import { colours } from '../../charts/plot-style.ts';
import { sizeCurve } from '../../charts/size-curve.ts';
import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { halfWidthAt, itemsAt } from '../../text/interpolate.ts';
import { count, percent, plural, type Units } from '../../text/units.ts';
import { type Plan, pointsOf } from './plan-curve.ts';

interface PlanViewProps {
  readonly plans: readonly Plan[];
  readonly size: number | null;
  readonly units: Units;
}

/** What a size buys: drawn, and said for the size chosen. */
export function PlanView({ plans, size, units }: PlanViewProps) {
  const [{ benchmark, level, design, population }] = plans;
  const lines = {
    median: pointsOf(plans, 'median'),
    p90: pointsOf(plans, 'p90'),
    plain: pointsOf(plans, 'plain'),
  };
  const isMarked = size !== null && size >= 1 && size <= population;
  const halfWidths = isMarked
    ? [halfWidthAt(lines.median, size), halfWidthAt(lines.p90, size)].filter((half) => half !== null)
    : [];
  const mark = isMarked ? { items: size, label: plural(size, 'item'), halfWidths } : null;
  const words = isMarked ? inWords(plans, size, units) : 'Choose how many items to run.';
  return (
    <>
      <p class="bought" aria-live="polite">
        {words}
      </p>
      <Chart
        title="What a size buys"
        caption={`Half-width of the ${percent(level)} interval, had each model of the history been the new one.`}
        name={`${benchmark}-plan`}
        summary={`Chart of the items to run against the half-width of the interval. ${plans
          .map(
            ({ half_width: half, items }) =>
              `${units.halfWidth(half)}: ${count(items.aipw.median)} items for half of the models, ${count(items.aipw.p90)} for nine of ten`,
          )
          .join('; ')}. ${words}`}
        draw={(width) =>
          sizeCurve(
            [
              { name: 'AIPW, half of the models', colour: colours.estimate, points: lines.median },
              { name: 'AIPW, nine of ten', colour: colours.other, points: lines.p90 },
              { name: 'Plain mean, half of the models', colour: colours.baseline, points: lines.plain },
            ],
            mark,
            units,
            width,
          )
        }
        dependsOn={[plans, size]}
        table={tableOf(plans, units)}
      />
      <Evidence plans={plans} benchmark={benchmark} design={design} />
    </>
  );
}

function inWords(plans: readonly Plan[], size: number, units: Units): string {
  const [{ population }] = plans;
  if (size === population) return `All ${count(population)} items: the score itself, nothing to estimate.`;
  const median = halfWidthAt(pointsOf(plans, 'median'), size);
  const p90 = halfWidthAt(pointsOf(plans, 'p90'), size);
  const widest = units.halfWidth(plans[0].half_width);
  const narrowest = units.halfWidth(plans.at(-1)!.half_width);
  if (median === null) {
    const isBelow = size < plans[0].items.aipw.median;
    return isBelow
      ? `${plural(size, 'item')}: wider than ${widest} for half of the models and more. That tells little.`
      : `${plural(size, 'item')}: within ${narrowest} for half of the models.`;
  }
  const most = p90 === null ? `more than ${widest}` : units.halfWidth(p90);
  const plain = itemsAt(pointsOf(plans, 'plain'), median);
  const instead =
    plain === null ? '' : ` For the same, the plain mean of a random sample would need ${count(plain)}.`;
  return `${plural(size, 'item')}: about ${units.halfWidth(median)} for half of the models, ${most} for nine of ten.${instead}`;
}

interface EvidenceProps {
  readonly plans: readonly Plan[];
  readonly benchmark: string;
  readonly design: Plan['design'];
}

/** Whence the plan is, and how to make it firmer. */
function Evidence({ plans, benchmark, design }: EvidenceProps) {
  const tested = plans.find(({ backtest }) => backtest !== null)?.backtest;
  const [{ source_models: sources }] = plans;
  const address = benchmarkPath(benchmark, 'backtests');
  if (!tested) {
    return (
      <p class="fine">
        From {plural(sources, 'model')} of the history, each taken for the new one on reference core sets. No
        back-test has tried the {design} design here yet: <a href={address}>run one</a>, and the plan rests on
        what was measured. A model unlike the history may need more.
      </p>
    );
  }
  const isPartly = plans.some(({ backtest }) => backtest === null);
  return (
    <p class="fine">
      AIPW’s lines are drawn from <a href={`${address}/${tested.id}`}>a back-test</a> of core sets of{' '}
      {tested.sizes.join(', ')} items{isPartly ? ', beyond its reach from reference core sets' : ''}; the
      plain mean’s is from reference core sets. A model unlike the history may need more.
    </p>
  );
}

function tableOf(plans: readonly Plan[], units: Units) {
  return {
    rows: plans,
    columns: [
      {
        label: 'Half-width',
        value: (plan: Plan) => plan.half_width,
        show: (plan: Plan) => units.halfWidth(plan.half_width),
      },
      { label: 'AIPW, half of the models', value: ({ items }: Plan) => items.aipw.median, isNumber: true },
      { label: 'AIPW, nine of ten', value: ({ items }: Plan) => items.aipw.p90, isNumber: true },
      {
        label: 'Plain mean, half of the models',
        value: ({ items }: Plan) => items.random_sampling.median,
        isNumber: true,
      },
      {
        label: 'Plain mean, nine of ten',
        value: ({ items }: Plan) => items.random_sampling.p90,
        isNumber: true,
      },
      {
        label: 'AIPW from a back-test',
        value: ({ backtest }: Plan) => (backtest === null ? 'no' : 'yes'),
      },
    ],
  };
}
