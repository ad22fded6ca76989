import type { Wire } from '../../api/client.ts';
import { Chart } from '../../charts/chart.tsx';
import { similarityAxis } from '../../charts/similarity-axis.ts';
import { figure, share } from '../../text/units.ts';

type Similarity = Wire['Similarity'];

interface NearestProps {
  readonly similarity: Similarity;
  readonly thresholds: Wire['Benchmark']['similarity_thresholds'];
  readonly name: string;
}

const levelMeaning = {
  low: 'low: it and they agree little on which items are hard, so the history says little of it',
  moderate: 'moderate: they agree on part of what is hard',
  high: 'high: it fails and succeeds mostly where they do',
} as const;

/** Which earlier models it answers like, and whether that is much. */
export function Nearest({ similarity, thresholds, name }: NearestProps) {
  const { nearest, mean } = similarity;
  return (
    <section class="card" aria-labelledby="nearest-title">
      <h2 id="nearest-title">Nearest models</h2>
      <p>{inWords(similarity)}</p>
      {nearest.length > 0 && (
        <Chart
          title="The models it answers most like"
          name={`${name}-nearest`}
          summary={`Chart of the agreement beyond chance (kappa) with the ${nearest.length} nearest models, from ${nearest[0].model} at ${figure(nearest[0].similarity)} to ${nearest.at(-1)!.model} at ${figure(nearest.at(-1)!.similarity)}. Below ${thresholds.low} counts as low, from ${thresholds.high} on as high.${
            mean === null ? '' : ` The mean with all models is ${figure(mean)}.`
          }`}
          draw={(width) => similarityAxis(similarity, thresholds, width)}
          dependsOn={[similarity]}
          table={{
            rows: nearest,
            columns: [
              { label: 'Model', value: (row: Similarity['nearest'][number]) => row.model },
              {
                label: 'Kappa',
                value: (row: Similarity['nearest'][number]) => row.similarity,
                show: (row: Similarity['nearest'][number]) => figure(row.similarity),
                isNumber: true,
              },
            ],
          }}
        />
      )}
    </section>
  );
}

function inWords({ mean, level, percentile }: Similarity): string {
  if (mean === null || level === null) {
    return 'Not known: on these items no agreement beyond chance can be told.';
  }
  const among =
    percentile === null
      ? ''
      : ` ${share(percentile)} of the earlier models agree less with the others than this one does.`;
  return `Mean agreement with the history beyond chance is ${figure(mean)} (kappa), ${levelMeaning[level]}.${among}`;
}
