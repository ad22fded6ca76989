import type { Wire } from '../../api/client.ts';
import type { LeaderboardEntry } from '../../api/leaderboard.ts';
import { Chart } from '../../charts/chart.tsx';
import { drawSimilarityMap, type MappedModel } from '../../charts/similarity-map.ts';
import type { Table } from '../../parts/data-table.tsx';
import { count, figure, plural, share, type Units } from '../../text/units.ts';
import { severityWords } from '../../text/words.ts';

type SimilarityMap = Wire['SimilarityMap'];

interface SimilarityCardProps {
  readonly map: SimilarityMap;
  readonly entries: readonly LeaderboardEntry[];
  readonly units: Units;
}

/** Below this share two axes leave most of what there is to see unseen. */
const little = 0.5;

/** Models that err on the same items stand close together. */
export function SimilarityCard({ map, entries, units }: SimilarityCardProps) {
  const models = withIntervals(map, entries);
  const estimates = models.filter(({ kind }) => kind === 'estimated');
  const [first, second] = map.explained;
  return (
    <section class="card" aria-labelledby="similarity-title">
      <h2 id="similarity-title">Who errs alike</h2>
      <div class="with-aside">
        <Chart
          title="Models by the items they fail on"
          summary={`Map of ${plural(models.length, 'model')} on two axes; close ones err on the same items.${placeWords(estimates)} The two axes carry ${share(first + second)} of the similarity.`}
          name={`${map.benchmark}-similarity`}
          draw={(width) => drawSimilarityMap(models, map.explained, units, width)}
          dependsOn={[map, entries]}
          table={tableOf(models, units)}
        />
        <div class="reading">
          <h3>How to read it</h3>
          <p>
            Two models stand close when they get the same items wrong, beyond what their scores alone would
            bring about. The picture is turned so that scores tend to grow to the right; the colours say how
            far that holds.
          </p>
          <p>
            <b>
              The two axes carry {share(first + second)} of the similarity
              {first + second < little ? ': most of it is not in the picture' : ''}.
            </b>{' '}
            Distances are only a picture. What a warning rests on is the similarity itself, which the page of
            an evaluation states.
          </p>
          {estimates.length > 0 && (
            <p>
              {estimates.length === 1 ? 'The blue diamond is a new model' : 'Blue diamonds are new models'},
              placed by the few items of the core set alone, and so less surely than the others.
            </p>
          )}
          {map.landmarks < models.length - estimates.length && (
            <p class="fine">
              {count(map.landmarks)} models span the map, compared on {plural(map.items_used, 'item')}; the
              others are placed among them.
            </p>
          )}
        </div>
      </div>
    </section>
  );
}

function withIntervals({ models }: SimilarityMap, entries: readonly LeaderboardEntry[]): MappedModel[] {
  const byEvaluation = new Map(entries.map((entry) => [entry.evaluation, entry]));
  return models.map((model) => {
    const entry = model.evaluation === null ? undefined : byEvaluation.get(model.evaluation);
    return { ...model, interval: entry?.interval ?? null, severity: entry?.severity ?? null };
  });
}

function placeWords(estimates: readonly MappedModel[]): string {
  if (estimates.length === 0) return '';
  return ` ${plural(estimates.length, 'new model')} among them: ${estimates.map(({ model }) => model).join(', ')}.`;
}

function tableOf(models: readonly MappedModel[], units: Units): Table<MappedModel> {
  return {
    rows: models,
    columns: [
      {
        label: 'Model',
        value: ({ model }) => model,
        show: ({ model, evaluation }) =>
          evaluation === null ? model : <a href={`/evaluations/${evaluation}`}>{model}</a>,
      },
      { label: 'Kind', value: ({ kind }) => kind },
      {
        label: 'Score',
        value: ({ score }) => score,
        show: ({ score }) => units.score(score),
        isNumber: true,
      },
      {
        label: 'Interval',
        value: ({ interval }) => interval && `${interval.lower} to ${interval.upper}`,
        show: ({ interval, kind }) =>
          interval
            ? units.range(interval.lower, interval.upper)
            : kind === 'measured'
              ? 'exact'
              : 'none; its page says why',
        isNumber: true,
      },
      {
        label: 'Warning',
        value: ({ severity }) => severity,
        show: ({ severity }) => severity && severityWords[severity],
      },
      { label: 'x', value: ({ x }) => x, show: ({ x }) => figure(x, 3), isNumber: true },
      { label: 'y', value: ({ y }) => y, show: ({ y }) => figure(y, 3), isNumber: true },
      { label: 'Items', value: ({ items }) => items, show: ({ items }) => count(items), isNumber: true },
    ],
  };
}
