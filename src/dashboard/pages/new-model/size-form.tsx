import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { answerOf, api } from '../../api/client.ts';
import type { ApiError } from '../../api/problem.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useKept } from '../../api/use-kept.ts';
import type { Benchmark } from '../../parts/benchmark-frame.tsx';
import { levelOptions, Segments } from '../../parts/segments.tsx';
import { Failure, Show } from '../../parts/states.tsx';
import { count, plural, type Units } from '../../text/units.ts';
import { isProbabilityDesign } from '../../text/words.ts';
import { MoreChoices } from './more-choices.tsx';
import { type PlanChoice, readPlan, readPlanCurve } from './plan-curve.ts';
import { PlanView } from './plan-view.tsx';
import { toRequest, useWish, type Wish } from './wish.ts';

interface SizeFormProps {
  readonly benchmark: Benchmark;
  readonly units: Units;
}

/** How many items, or how precise; and what that buys. */
export function SizeForm({ benchmark, units }: SizeFormProps) {
  const population = benchmark.item_count;
  const [wish, change] = useWish(population);
  const choice = choiceOf(benchmark, wish);
  const about = JSON.stringify(choice);
  const curve = useKept(useAnswer(choice && (() => readPlanCurve(choice, units)), [about]), benchmark.name);
  const needed = useNeededSize(choice, wish.precision, units);
  const size = wish.precision === '' ? Number(wish.size) || null : needed.size;
  return (
    <div class="columns size-form">
      <section class="card" aria-labelledby="size-title">
        <h2 id="size-title">How many items?</h2>
        <p>Choose the number of items, or how precise the estimate should be.</p>
        <Fields
          benchmark={benchmark}
          units={units}
          wish={wish}
          change={change}
          size={size}
          isAsking={needed.isAsking}
          error={needed.error}
        />
      </section>
      <section class={choice === null ? 'card' : 'card plan-card'} aria-labelledby="plan-title">
        <h2 id="plan-title">What it buys</h2>
        {choice === null ? (
          <div class="notice warn">
            This design picks its items on purpose: no interval is known for it, and nobody can say how far
            off its estimate will be. It is there to be compared with the others.
          </div>
        ) : (
          <Show answer={curve} what="Measuring the history">
            {(plans) =>
              plans.length === 0 ? (
                <p>No size short of all items brings a precision worth drawing.</p>
              ) : (
                <PlanView plans={plans} size={size} units={units} />
              )
            }
          </Show>
        )}
        {wish.groups.length > 0 && (
          <p class="fine">This is for the whole benchmark; the groups alone may need fewer or more.</p>
        )}
      </section>
    </div>
  );
}

function choiceOf({ name }: Benchmark, { design, level }: Wish): PlanChoice | null {
  return isProbabilityDesign(design) ? { benchmark: name, level: Number(level), design } : null;
}

/** The size that a precision needs, asked for once somebody has stopped typing. */
function useNeededSize(choice: PlanChoice | null, precision: string, { factor }: Units) {
  const [settled, setSettled] = useState(precision);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(precision), 350);
    return () => clearTimeout(timer);
  }, [precision]);
  const halfWidth = Number(settled) / factor;
  const answer = useAnswer(choice !== null && halfWidth > 0 ? () => readPlan(choice, halfWidth) : null, [
    JSON.stringify(choice),
    halfWidth,
  ]);
  const isSettled = settled === precision;
  return {
    size: isSettled ? (answer.data?.items.aipw.p90 ?? null) : null,
    isAsking: !isSettled || (answer.isLoading && halfWidth > 0),
    error: answer.error,
  };
}

interface FieldsProps {
  readonly benchmark: Benchmark;
  readonly units: Units;
  readonly wish: Wish;
  readonly change: (change: Partial<Wish>) => void;
  readonly size: number | null;
  readonly isAsking: boolean;
  readonly error: ApiError | null;
}

function Fields({ benchmark, units, wish, change, size, isAsking, error }: FieldsProps) {
  const { route } = useLocation();
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const most = populationOf(benchmark, wish);
  const submit = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      const created = await answerOf(
        api.POST('/v1/benchmarks/{benchmark}/core-sets', {
          params: { path: { benchmark: benchmark.name } },
          body: toRequest(wish, units),
        }),
      );
      route(`/core-sets/${created.id}`);
    } catch (cause) {
      setRefusal(cause as ApiError);
      setBusy(false);
    }
  };
  const isByPrecision = wish.precision !== '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        Items to run
        <input
          type="number"
          min={1}
          max={most}
          step={1}
          required={!isByPrecision}
          value={isByPrecision ? (size ?? '') : wish.size}
          aria-describedby="size-hint"
          onInput={(event) => change({ size: event.currentTarget.value, precision: '' })}
        />
      </label>
      <p class="fine field-hint" id="size-hint" aria-live="polite">
        {isByPrecision ? (isAsking ? 'Asking the plan …' : sizeHint(size, benchmark)) : `Of ${count(most)}.`}
      </p>
      {isProbabilityDesign(wish.design) && (
        <>
          <label>
            Or the precision wanted: ±{' '}
            {units.factor === 100 ? 'points' : `(scores go from ${units.low} to ${units.high})`}
            <input
              type="number"
              min={0}
              step="any"
              placeholder="the size decides"
              value={wish.precision}
              aria-describedby="precision-hint"
              onInput={(event) => change({ precision: event.currentTarget.value })}
            />
          </label>
          <p class="fine field-hint" id="precision-hint">
            The size is then what nine of ten models of the history would have needed.
          </p>
          <Segments
            label="Level of the interval"
            showsLabel
            options={levelOptions}
            chosen={levelOptions.find(({ value }) => value === wish.level)?.value ?? null}
            onChoice={(level) => change({ level })}
          />
        </>
      )}
      <MoreChoices benchmark={benchmark} wish={wish} onChange={change} />
      {error && <Failure error={error} />}
      {refusal && <Failure error={refusal} />}
      <button type="submit" disabled={isBusy || (isByPrecision && isAsking)} aria-busy={isBusy}>
        Draw the core set{size === null || wish.groups.length > 0 ? '' : ` of ${plural(size, 'item')}`}
      </button>
    </form>
  );
}

function sizeHint(size: number | null, { item_count: population }: Benchmark): string {
  if (size === null) return 'Type a precision above 0.';
  return size >= population ? `That takes all ${count(population)} items.` : 'As the plan has it.';
}

/** Items that there are to draw from. */
function populationOf({ groups, item_count: all }: Benchmark, wish: Wish): number {
  if (wish.groups.length === 0) return all;
  return groups
    .filter(({ name }) => wish.groups.includes(name))
    .reduce((sum, { item_count: items }) => sum + items, 0);
}
