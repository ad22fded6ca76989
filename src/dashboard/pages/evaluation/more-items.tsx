import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { answerOf, api, type Wire } from '../../api/client.ts';
import type { ApiError } from '../../api/problem.ts';
import { Chart } from '../../charts/chart.tsx';
import { colours } from '../../charts/plot-style.ts';
import { sizeCurve } from '../../charts/size-curve.ts';
import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { Failure } from '../../parts/states.tsx';
import { halfWidthAt, type SizePoint } from '../../text/interpolate.ts';
import { count, percent, plural, type Units } from '../../text/units.ts';
import type { Evaluation } from '../evaluation.tsx';

interface MoreItemsProps {
  readonly evaluation: Evaluation;
  readonly coreSet: Wire['CoreSet'];
  readonly units: Units;
  readonly isGuaranteed: boolean;
}

/** What more items would bring for this very model, and the two ways to draw them. */
export function MoreItems({ evaluation, coreSet, units, isGuaranteed }: MoreItemsProps) {
  const { plan, observed_items: observed, population } = evaluation;
  if (observed === population) return null;
  const points = plan === null ? [] : pointsOf(evaluation);
  return (
    <section class="card" aria-labelledby="more-title">
      <h2 id="more-title">What more items would bring</h2>
      {plan === null || !isGuaranteed ? (
        <p>
          {isGuaranteed
            ? 'Not known: without an interval nobody can say how it would narrow. Report more results first.'
            : 'Not known: nothing guarantees an interval on items that were picked on purpose, so none can be planned for.'}
        </p>
      ) : (
        <>
          <p>{inWords(evaluation, units)}</p>
          <Curve evaluation={evaluation} points={points} units={units} />
        </>
      )}
      {isGuaranteed ? (
        <Extensions evaluation={evaluation} coreSet={coreSet} points={points} units={units} />
      ) : (
        <p class="fine">
          Such a core set cannot be extended either.{' '}
          <a href={benchmarkPath(evaluation.benchmark, 'new-model')}>Draw one with inclusion probabilities</a>{' '}
          for an estimate with an interval.
        </p>
      )}
    </section>
  );
}

function pointsOf({ plan, observed_items: observed }: Evaluation): readonly SizePoint[] {
  const planned = plan!.items_for_half_width
    .filter(({ items }) => items > observed)
    .map(({ half_width: halfWidth, items }) => ({ items, halfWidth }));
  return [{ items: observed, halfWidth: plan!.half_width }, ...planned];
}

function inWords({ plan, observed_items: observed, estimates }: Evaluation, units: Units): string {
  const level = estimates.find(({ method }) => method === 'aipw')?.interval?.level;
  const wanted = plan!.items_for_half_width.filter(({ items }) => items > observed);
  const now = `With ${plural(observed, 'item')}, AIPW’s ${level === undefined ? '' : `${percent(level)} `}interval reaches about ${units.halfWidth(plan!.half_width)}.`;
  const then = wanted.map(
    ({ half_width: half, items }) => `${units.halfWidth(half)} would take ${count(items)} in all`,
  );
  return `${now} ${then.join('; ')}${then.length > 0 ? ', if more items are like those so far.' : ''}`;
}

interface CurveProps {
  readonly evaluation: Evaluation;
  readonly points: readonly SizePoint[];
  readonly units: Units;
}

function Curve({ evaluation, points, units }: CurveProps) {
  const { observed_items: observed, plan, benchmark, model } = evaluation;
  if (points.length < 2) return null;
  const mark = {
    items: observed,
    label: `now: ${plural(observed, 'item')}, ${units.halfWidth(plan!.half_width)}`,
    halfWidths: [plan!.half_width],
  };
  return (
    <Chart
      title="Items in all against the half-width of the interval"
      name={`${benchmark}-${model}-more-items`}
      summary={`Chart of how AIPW's interval would narrow with more items. ${points
        .map(({ items, halfWidth }) => `${units.halfWidth(halfWidth)} with ${plural(items, 'item')}`)
        .join(', ')}.`}
      draw={(width) => sizeCurve([{ name: 'AIPW', colour: colours.estimate, points }], mark, units, width)}
      dependsOn={[evaluation]}
      table={{
        rows: points,
        columns: [
          { label: 'Items in all', value: ({ items }: SizePoint) => items, isNumber: true },
          { label: 'More', value: ({ items }: SizePoint) => items - observed, isNumber: true },
          {
            label: 'Half-width',
            value: ({ halfWidth }: SizePoint) => halfWidth,
            show: ({ halfWidth }: SizePoint) => units.halfWidth(halfWidth),
            isNumber: true,
          },
        ],
      }}
    />
  );
}

interface ExtensionsProps {
  readonly evaluation: Evaluation;
  readonly coreSet: Wire['CoreSet'];
  readonly points: readonly SizePoint[];
  readonly units: Units;
}

function Extensions({ evaluation, coreSet, points, units }: ExtensionsProps) {
  const { route } = useLocation();
  const left = coreSet.population - coreSet.size;
  const [add, setAdd] = useState(Math.min(50, left));
  const [error, setError] = useState<ApiError | null>(null);
  const [isBusy, setBusy] = useState(false);
  if (left === 0) return null;
  const draw = async (request: (add: number) => Promise<Wire['CoreSet']>) => {
    setBusy(true);
    setError(null);
    try {
      const { id } = await request(add);
      route(`/core-sets/${id}?from_evaluation=${encodeURIComponent(evaluation.id)}`);
    } catch (cause) {
      setError(cause as ApiError);
      setBusy(false);
    }
  };
  const total = coreSet.size + add;
  const expected = halfWidthAt(points, total);
  const isValid = Number.isInteger(add) && add >= 1 && add <= left;
  return (
    <form class="extensions" onSubmit={(event) => event.preventDefault()}>
      <h3>Draw more</h3>
      <label>
        Items to add
        <input
          type="number"
          min={1}
          max={left}
          value={add}
          aria-describedby="add-hint"
          onInput={(event) => setAdd(event.currentTarget.valueAsNumber)}
        />
      </label>
      <p class="fine" id="add-hint" aria-live="polite">
        {!isValid
          ? `From 1 to ${count(left)}.`
          : `${count(total)} in all${expected === null ? '' : `: about ${units.halfWidth(expected)}`}. Results already paid for count again.`}
      </p>
      <div class="choices">
        <div>
          <button
            type="button"
            disabled={isBusy || !isValid}
            onClick={() => draw((more) => forModel(evaluation.id, more))}
          >
            Draw the next items for this model
          </button>
          <p class="fine">
            Chosen from its answers so far, more of those that are uncertain. The narrowest interval; only for
            this model.
          </p>
        </div>
        <div>
          <button
            type="button"
            class="second"
            disabled={isBusy || !isValid || coreSet.for_model !== null}
            onClick={() => draw((more) => forAll(coreSet.id, more))}
          >
            Extend the core set
          </button>
          <p class="fine">
            {coreSet.for_model === null
              ? 'Under the same design, for any model: those to be compared run the same items.'
              : 'This core set is for one model alone; its like for all models is the one it extends.'}
          </p>
        </div>
      </div>
      {error && <Failure error={error} />}
    </form>
  );
}

function forModel(id: string, add: number): Promise<Wire['CoreSet']> {
  return answerOf(api.POST('/v1/evaluations/{id}/extensions', { params: { path: { id } }, body: { add } }));
}

function forAll(id: string, add: number): Promise<Wire['CoreSet']> {
  return answerOf(api.POST('/v1/core-sets/{id}/extensions', { params: { path: { id } }, body: { add } }));
}
