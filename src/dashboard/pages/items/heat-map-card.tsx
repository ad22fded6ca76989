import { useMemo, useRef } from 'preact/hooks';
import type { Answer } from '../../api/use-answer.ts';
import { Chart } from '../../charts/chart.tsx';
import { drawHeatMap } from '../../charts/heat-map.ts';
import { missingCell } from '../../charts/heat-map-cells.ts';
import { ApiLink } from '../../parts/api-link.tsx';
import { type Benchmark, benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { JsonLink } from '../../parts/page.tsx';
import { Segments } from '../../parts/segments.tsx';
import { Show } from '../../parts/states.tsx';
import { useQuery } from '../../parts/use-query.ts';
import { count, plural, type Units } from '../../text/units.ts';
import { explorable } from './explorable.ts';
import type { DecodedHeatMap } from './heat-map-data.ts';
import { Readout, type Tell } from './readout.tsx';

interface HeatMapCardProps {
  readonly benchmark: Benchmark;
  readonly answer: Answer<DecodedHeatMap>;
  readonly zoom: Zoom;
  readonly units: Units;
}

type Zoom = 'whole' | '1' | '4';

/** Of the address. */
export function toZoom(asked: string | null): Zoom {
  return asked === '1' || asked === '4' ? asked : 'whole';
}

/** Below this the whole picture shows as much. */
const worthZooming = 1000;

/** Who solves what: the whole score matrix, models by score and items by difficulty. */
export function HeatMapCard({ benchmark, answer, zoom, units }: HeatMapCardProps) {
  const { name, item_count: items } = benchmark;
  const [, choose] = useQuery('zoom');
  const zooms = [
    { value: 'whole' as const, label: 'Whole' },
    ...([1, 4] as const)
      .filter((pixels) => pixels * items > worthZooming)
      .map((pixels) => ({ value: String(pixels) as Zoom, label: `${plural(pixels, 'pixel')} per item` })),
  ];
  return (
    <section class="card" aria-labelledby="heat-map-title">
      <h2 id="heat-map-title">Who solves what</h2>
      <p>
        The whole history: a row for each model, a column for each item. The more evenly scores fall off from
        the top left to the bottom right, the more one number says of a model. Rows and columns that break the
        pattern are models and items of another kind.
      </p>
      {zooms.length > 1 && (
        <Segments
          label="Zoom"
          showsLabel
          options={zooms}
          chosen={zoom}
          onChoice={(value) => choose(value === 'whole' ? null : value)}
        />
      )}
      <Show answer={answer} what="Reading the score matrix">
        {(decoded) => <HeatMapView decoded={decoded} zoom={zoom} units={units} />}
      </Show>
      <p class="actions">
        <ApiLink path={`/v1${benchmarkPath(name, 'scores')}`} saveAs={`${name}.csv`}>
          The matrix as CSV
        </ApiLink>
        <JsonLink path={`/v1${benchmarkPath(name, 'heat-map')}`} of="the heat map" />
      </p>
    </section>
  );
}

interface HeatMapViewProps {
  readonly decoded: DecodedHeatMap;
  readonly zoom: Zoom;
  readonly units: Units;
}

function HeatMapView({ decoded, zoom, units }: HeatMapViewProps) {
  const { map, cells, url } = decoded;
  const hasMissing = useMemo(() => cells.bytes.includes(missingCell), [cells]);
  // Told past the picture, which need not be drawn anew for what is under the pointer.
  const tell = useRef<Tell>(() => {});
  const { model_count: models, item_count: items, models: ranked } = map;
  return (
    <>
      <Chart
        title={`${plural(models, 'model')} by ${plural(items, 'item')}`}
        caption={binWords(decoded)}
        summary={`Heat map of ${plural(models, 'model')} by ${plural(items, 'item')}: the best model at the top, with ${units.score(ranked[0].mean_score)}, the worst at the bottom, with ${units.score(ranked[ranked.length - 1].mean_score)}; the easiest item at the left, the hardest at the right. Light cells are high scores, dark ones low.`}
        name={`${map.benchmark}-heat-map`}
        draw={(width) =>
          explorable(
            drawHeatMap(
              { url, rows: cells.rows, columns: cells.columns, models, items, hasMissing },
              zoom === 'whole' ? null : Number(zoom),
              units,
              width,
            ),
            cells,
            tell,
          )
        }
        dependsOn={[url, zoom]}
        table={{
          rows: ranked,
          columns: [
            { label: 'Model', value: ({ model }) => model },
            {
              label: 'Mean score',
              value: ({ mean_score: score }) => score,
              show: ({ mean_score: score }) => units.score(score),
              isNumber: true,
            },
          ],
        }}
      />
      <Readout decoded={decoded} units={units} tell={tell} />
    </>
  );
}

function binWords({ map, cells }: DecodedHeatMap): string | undefined {
  const { model_count: models, item_count: items } = map;
  if (cells.columns === items && cells.rows === models) return undefined;
  return `Drawn as ${count(cells.rows)} by ${count(cells.columns)} cells: a cell is the mean of the scores in it.`;
}
