import { levelOptions, Segments } from '../../parts/segments.tsx';
import { useQuery } from '../../parts/use-query.ts';
import { SeverityMark } from '../../parts/warning-list.tsx';
import { count, percent, type Units } from '../../text/units.ts';
import { methodWords } from '../../text/words.ts';
import type { Evaluation } from '../evaluation.tsx';
import { checksOf } from './checks.ts';

interface HeadlineProps {
  readonly evaluation: Evaluation;
  readonly units: Units;
  readonly isGuaranteed: boolean;
  readonly coreSetSize: number;
  /** That the core set stands for; null: all of the benchmark. */
  readonly groups: readonly string[] | null;
  readonly isLoading: boolean;
}

/** The answer in words and large figures. */
export function Headline(props: HeadlineProps) {
  const { evaluation, units, isGuaranteed, coreSetSize, groups, isLoading } = props;
  const { estimates, recommended, warnings, observed_items: observed, population } = evaluation;
  const chosen = estimates.find(({ method }) => method === recommended)!;
  const worst = warnings[0]?.severity ?? 'info';
  const isCensus = observed === population;
  const level = levelOf(evaluation);
  return (
    <section class={`card answer ${worst}`} aria-labelledby="answer-title" aria-busy={isLoading}>
      <div class="answer-head">
        <h2 id="answer-title" class="answer-title">
          Score on all {count(population)} items{groups !== null && ` of ${groups.join(', ')}`}
        </h2>
        {!isCensus && <LevelChoice level={level} />}
      </div>
      <p class="figure-line">
        <strong class="large-figure">
          {isCensus ? units.score(chosen.estimate!) : mainFigure(chosen, units)}
        </strong>
        {worst !== 'info' && <SeverityMark severity={worst} />}
      </p>
      {isCensus ? (
        <p>Every item was run: this is the score itself, nothing is estimated.</p>
      ) : (
        <>
          <p>{inWords(chosen, units, isGuaranteed)}</p>
          <p>{worthOf(chosen, observed)}</p>
          <p class="fine">
            Why {methodWords[recommended].name}: {evaluation.recommended_reason}.
          </p>
        </>
      )}
      {worst === 'info' && !isCensus && (
        <Calm checks={checksOf(evaluation, coreSetSize, isGuaranteed, units)} />
      )}
    </section>
  );
}

/** The level of its intervals; where it has none, what was asked for. */
export function levelOf({ estimates }: Evaluation): number | null {
  return estimates.find(({ interval }) => interval !== null)?.interval?.level ?? null;
}

function LevelChoice({ level }: { readonly level: number | null }) {
  const [, choose] = useQuery('level');
  if (level === null) return null;
  return (
    <Segments
      label="Level of the intervals"
      showsLabel
      options={levelOptions}
      chosen={levelOptions.find(({ value }) => Number(value) === level)?.value ?? null}
      onChoice={choose}
    />
  );
}

type Estimate = Evaluation['estimates'][number];

function mainFigure({ interval, estimate }: Estimate, units: Units): string {
  if (interval) return units.range(interval.lower, interval.upper);
  return estimate === null ? 'No estimate' : `${units.score(estimate)}, no interval`;
}

function inWords({ method, estimate, interval, reason }: Estimate, units: Units, isGuaranteed: boolean) {
  const { name } = methodWords[method];
  if (estimate === null) return `${name} cannot answer here: ${reason}.`;
  if (interval === null) {
    return (
      <>
        Best estimate by {name}. <strong>No interval: {reason}.</strong> How far off this is nobody can say.
      </>
    );
  }
  return (
    <>
      Best estimate <strong>{units.score(estimate)}</strong> ({name}), {percent(interval.level)} interval.{' '}
      {isGuaranteed
        ? `It holds the full score with that probability, over draws of the core set.`
        : 'The items were picked on purpose, so nothing guarantees that the interval holds.'}
    </>
  );
}

function worthOf({ effective_sample_size: worth }: Estimate, observed: number): string | null {
  if (worth === null) return null;
  return `These ${count(observed)} items told as much as ${count(Math.round(worth))} items drawn plainly at random would have.`;
}

function Calm({ checks }: { readonly checks: readonly string[] }) {
  return (
    <div class="calm">
      <h3>Nothing speaks against this estimate</h3>
      <ul class="checks">
        {checks.map((check) => (
          <li key={check}>{check}</li>
        ))}
      </ul>
    </div>
  );
}
