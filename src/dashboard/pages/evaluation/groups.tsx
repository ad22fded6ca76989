import { Chart } from '../../charts/chart.tsx';
import { groupForest, groupName } from '../../charts/group-forest.ts';
import { recommendedOf } from '../../parts/evaluation-table.tsx';
import { count, percent, plural, type Units } from '../../text/units.ts';
import type { Evaluation } from '../evaluation.tsx';

type Group = Evaluation['groups'][number];

interface GroupsProps {
  readonly evaluation: Evaluation;
  readonly units: Units;
  readonly isGuaranteed: boolean;
}

/** The same per group of items. */
export function Groups({ evaluation, units, isGuaranteed }: GroupsProps) {
  const { groups, benchmark, model } = evaluation;
  if (groups.length === 0) return null;
  const overall = recommendedOf(evaluation).estimate;
  const bounded = groups.filter(({ interval }) => interval !== null);
  const level = bounded[0]?.interval?.level;
  const width = (group: Group) => group.interval!.upper - group.interval!.lower;
  const widest = [...bounded].sort((a, b) => width(b) - width(a))[0];
  return (
    <section class="card" aria-labelledby="groups-title">
      <h2 id="groups-title">By group of items</h2>
      <p>
        Few items of each group were run, so these are much less certain than the score as a whole.
        {level !== undefined &&
          isGuaranteed &&
          ` Each interval holds by itself at ${percent(level)}; of many groups, some will miss.`}
        {!isGuaranteed && ' Dotted lines: nothing guarantees these intervals.'}
        {bounded.length < groups.length && ' A hollow dot has no interval; the table says why.'}
      </p>
      <Chart
        title="Estimates by group"
        name={`${benchmark}-${model}-groups`}
        summary={`Chart of the estimates of ${plural(groups.length, 'group')} by AIPW with their intervals. ${groups
          .slice(0, 12)
          .map(({ group, estimate }) => `${groupName(group)} ${units.score(estimate)}`)
          .join(', ')}.${
          widest
            ? ` The widest interval is that of ${groupName(widest.group)}: ${units.range(widest.interval!.lower, widest.interval!.upper)}.`
            : ''
        }`}
        draw={(width_) => groupForest(groups, overall, isGuaranteed, units, width_)}
        dependsOn={[evaluation]}
        table={tableOf(groups, units)}
      />
    </section>
  );
}

function tableOf(groups: readonly Group[], units: Units) {
  const scoreOrNull = (value: number | undefined) => (value === undefined ? null : units.score(value));
  return {
    rows: groups,
    columns: [
      { label: 'Group', value: ({ group }: Group) => groupName(group) },
      { label: 'Items run', value: (row: Group) => row.observed_items, isNumber: true },
      {
        label: 'Of',
        value: (row: Group) => row.population,
        show: (row: Group) => count(row.population),
        isNumber: true,
      },
      {
        label: 'Estimate',
        value: (row: Group) => row.estimate,
        show: (row: Group) => units.score(row.estimate),
        isNumber: true,
      },
      {
        label: 'Lower',
        value: (row: Group) => row.interval?.lower ?? null,
        show: (row: Group) => scoreOrNull(row.interval?.lower),
        isNumber: true,
      },
      {
        label: 'Upper',
        value: (row: Group) => row.interval?.upper ?? null,
        show: (row: Group) => scoreOrNull(row.interval?.upper),
        isNumber: true,
      },
      { label: 'Why there is no interval', value: (row: Group) => row.reason },
    ],
  };
}
