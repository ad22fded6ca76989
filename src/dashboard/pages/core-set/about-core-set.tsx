import { Chart } from '../../charts/chart.tsx';
import { difficultyStrip } from '../../charts/difficulty-strip.ts';
import { Fact } from '../../parts/benchmark-frame.tsx';
import { count, date, figure, percent, plural, share, type Units } from '../../text/units.ts';
import { designWords } from '../../text/words.ts';
import type { CoreSet } from '../core-set.tsx';

interface AboutCoreSetProps {
  readonly coreSet: CoreSet;
  readonly units: Units;
}

type Item = CoreSet['items'][number];

/** How it was drawn, and how hard its items are. */
export function AboutCoreSet({ coreSet, units }: AboutCoreSetProps) {
  const { half_width: half, level, imputed_share: imputed } = coreSet;
  return (
    <section class="card" aria-labelledby="about-title">
      <h2 id="about-title">About this core set</h2>
      <p>
        {designWords[coreSet.design]}.
        {half !== null &&
          ` Asked for to reach ${units.halfWidth(half)}${level === null ? '' : ` at ${percent(level)}`}.`}
        {coreSet.extends !== null && (
          <>
            {' '}
            It contains <a href={`/core-sets/${coreSet.extends}`}>an earlier core set</a>.
          </>
        )}
      </p>
      <dl class="facts small-facts">
        <Fact name="Stands for" value={plural(coreSet.population, 'item')} />
        <Fact name="Source models" value={count(coreSet.source_models)} />
        <Fact name="Scores imputed" value={imputed === null ? 'not recorded' : share(imputed, 1)} />
        <Fact name="Seed" value={coreSet.seed} />
        <Fact name="Revision of the history" value={coreSet.revision} />
        <Fact name="Drawn" value={date(coreSet.created_at)} />
      </dl>
      {coreSet.items.length > 0 && <Difficulties coreSet={coreSet} units={units} />}
    </section>
  );
}

function Difficulties({ coreSet, units }: AboutCoreSetProps) {
  const { items } = coreSet;
  const scores = items.flatMap(({ difficulty }) => difficulty ?? []).sort((a, b) => a - b);
  if (scores.length === 0) return null;
  return (
    <Chart
      title="How hard its items are"
      name={`${coreSet.id}-difficulty`}
      summary={`Strip of the mean scores that earlier models had on the ${plural(items.length, 'item')}, from ${units.score(scores[0])} to ${units.score(scores.at(-1)!)}; half of them at ${units.score(scores[Math.floor(scores.length / 2)])} or more.`}
      draw={(width) => difficultyStrip(items, units, width)}
      dependsOn={[items]}
      table={{
        rows: items,
        columns: [
          { label: 'Item', value: ({ item }: Item) => item },
          { label: 'Group', value: ({ group }: Item) => group },
          {
            label: 'Mean score of earlier models',
            value: ({ difficulty }: Item) => difficulty,
            show: ({ difficulty }: Item) => (difficulty === null ? null : units.score(difficulty)),
            isNumber: true,
          },
          {
            label: 'Inclusion probability',
            value: (row: Item) => row.inclusion_probability,
            show: (row: Item) =>
              row.inclusion_probability === null ? null : figure(row.inclusion_probability, 4),
            isNumber: true,
          },
        ],
      }}
    />
  );
}
