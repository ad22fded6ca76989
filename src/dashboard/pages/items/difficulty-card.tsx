import type { Wire } from '../../api/client.ts';
import type { Answer } from '../../api/use-answer.ts';
import { Chart } from '../../charts/chart.tsx';
import { type DifficultyBin, drawDifficulty } from '../../charts/difficulty-histogram.ts';
import { type Benchmark, benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { JsonLink } from '../../parts/page.tsx';
import { Show } from '../../parts/states.tsx';
import { useQuery } from '../../parts/use-query.ts';
import { count, date, plural, share, type Units } from '../../text/units.ts';
import type { Difficulty } from './difficulty-data.ts';
import { inclusionWords } from './inclusion-words.ts';

type CoreSet = Wire['CoreSet'];
type Distribution = Wire['ItemDistribution'];

interface DifficultyCardProps {
  readonly benchmark: Benchmark;
  readonly answer: Answer<Difficulty>;
  readonly units: Units;
}

/** How hard the items are, and how hard those of a core set are beside them. */
export function DifficultyCard({ benchmark, answer, units }: DifficultyCardProps) {
  const { name } = benchmark;
  const [, choose] = useQuery('core_set');
  return (
    <section class="card" aria-labelledby="difficulty-title">
      <h2 id="difficulty-title">Difficulty</h2>
      <p>
        The difficulty of an item is the mean score of the history on it: hard items are at the left, easy
        ones at the right. A core set that tells much of the whole has items of every kind.
      </p>
      <Show answer={answer} what="Reading the items">
        {({ distribution, coreSets, coreSet }) => (
          <>
            {coreSets.length === 0 ? (
              <p>
                No core set is drawn yet. <a href={benchmarkPath(name, 'new-model')}>Draw one</a> to see its
                items marked here.
              </p>
            ) : (
              <CoreSetChoice coreSets={coreSets} coreSet={coreSet} onChoose={choose} />
            )}
            <Distributed distribution={distribution} coreSet={coreSet} units={units} />
          </>
        )}
      </Show>
    </section>
  );
}

interface CoreSetChoiceProps {
  readonly coreSets: readonly Wire['CoreSetSummary'][];
  readonly coreSet: CoreSet | null;
  readonly onChoose: (id: string) => void;
}

function CoreSetChoice({ coreSets, coreSet, onChoose }: CoreSetChoiceProps) {
  return (
    <div class="choice">
      <label>
        Core set to mark
        <select value={coreSet?.id} onChange={(event) => onChoose(event.currentTarget.value)}>
          {coreSets.map(({ id, size, design, created_at: created }) => (
            <option key={id} value={id}>
              {count(size)} items, {design}, {date(created)}
            </option>
          ))}
        </select>
      </label>
      {coreSet && (
        <p aria-live="polite">
          {inclusionWords(coreSet)} <a href={`/core-sets/${coreSet.id}`}>Open this core set</a>{' '}
          <JsonLink path={`/v1/core-sets/${coreSet.id}`} of="this core set" />
        </p>
      )}
    </div>
  );
}

interface DistributedProps {
  readonly distribution: Distribution;
  readonly coreSet: CoreSet | null;
  readonly units: Units;
}

function Distributed({ distribution, coreSet, units }: DistributedProps) {
  const known = coreSet?.items.flatMap(({ difficulty }) => difficulty ?? []) ?? [];
  const counted = countInBins(distribution, known);
  return (
    <>
      <Chart
        title="Items by difficulty"
        caption={
          coreSet === null
            ? undefined
            : 'Share of all items, and share of the core set, in each step of difficulty. Every tick beneath is an item of the core set.'
        }
        summary={summaryOf(distribution, coreSet, counted, units)}
        name={`${distribution.benchmark}-difficulty`}
        draw={(width) => drawDifficulty(counted, known, units, width)}
        dependsOn={[distribution, coreSet]}
        table={{
          rows: counted,
          columns: [
            {
              label: 'From',
              value: ({ lower }: DifficultyBin) => lower,
              show: ({ lower }: DifficultyBin) => units.score(lower),
            },
            {
              label: 'To',
              value: ({ upper }: DifficultyBin) => upper,
              show: ({ upper }: DifficultyBin) => units.score(upper),
              isNumber: true,
            },
            { label: 'Items', value: ({ items }: DifficultyBin) => items, isNumber: true },
            { label: 'In the core set', value: ({ drawn }: DifficultyBin) => drawn, isNumber: true },
          ],
        }}
      />
      {distribution.unscored_items > 0 && (
        <p class="fine">
          {plural(distribution.unscored_items, 'item')} without any score{' '}
          {distribution.unscored_items === 1 ? 'is' : 'are'} not shown.
        </p>
      )}
    </>
  );
}

/** As the service counts: a bin includes its lower bound, the last one also its upper. */
function countInBins({ bins: found }: Distribution, known: readonly number[]): DifficultyBin[] {
  const rounding = 1e-9;
  const all = found.reduce((sum, { items }) => sum + items, 0);
  return found.map(({ lower, upper, items }, at) => {
    const isLast = at === found.length - 1;
    const drawn = known.filter(
      (difficulty) => difficulty >= lower - rounding && (isLast || difficulty < upper - rounding),
    ).length;
    return {
      lower,
      upper,
      items,
      drawn,
      share: all === 0 ? 0 : items / all,
      drawnShare: known.length === 0 ? null : drawn / known.length,
    };
  });
}

function summaryOf(
  { items }: Distribution,
  coreSet: CoreSet | null,
  counted: readonly DifficultyBin[],
  units: Units,
): string {
  const fullest = counted.reduce((most, bin) => (bin.items > most.items ? bin : most));
  const all = `Histogram of ${plural(items, 'item')} by difficulty. Most are between ${units.score(fullest.lower)} and ${units.score(fullest.upper)}: ${count(fullest.items)}, or ${share(fullest.share)}.`;
  if (coreSet === null) return all;
  return `${all} Of the ${plural(coreSet.items.length, 'core set item')}, ${count(fullest.drawn)} are there, or ${share(fullest.drawnShare ?? 0)}.`;
}
