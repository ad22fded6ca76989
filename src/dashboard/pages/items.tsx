import { useRoute } from 'preact-iso';
import { useAnswer } from '../api/use-answer.ts';
import { useKept } from '../api/use-kept.ts';
import { type Benchmark, BenchmarkFrame, benchmarkPath } from '../parts/benchmark-frame.tsx';
import { NoHistory } from '../parts/no-history.tsx';
import { useQuery } from '../parts/use-query.ts';
import type { Units } from '../text/units.ts';
import { DifficultyCard } from './items/difficulty-card.tsx';
import { readDifficulty } from './items/difficulty-data.ts';
import { HeatMapCard, toZoom } from './items/heat-map-card.tsx';
import { readHeatMap } from './items/heat-map-data.ts';

/** The items of a benchmark: how hard they are, which of them a core set holds, and who solves what. */
export function ItemsPage() {
  const { benchmark: name } = useRoute().params;
  return (
    <BenchmarkFrame name={name} json={`/v1${benchmarkPath(name, 'item-distribution')}`}>
      {(benchmark, units) =>
        benchmark.model_count === 0 ? (
          <NoHistory benchmark={benchmark} />
        ) : (
          <Items key={name} benchmark={benchmark} units={units} />
        )
      }
    </BenchmarkFrame>
  );
}

interface ItemsProps {
  readonly benchmark: Benchmark;
  readonly units: Units;
}

/** Both are read at once, and shown from the top down: the second does not move when the first one comes. */
function Items({ benchmark, units }: ItemsProps) {
  const { name, model_count: models, item_count: items } = benchmark;
  const [coreSet] = useQuery('core_set');
  const [asked] = useQuery('zoom');
  const zoom = toZoom(asked);
  const difficulty = useKept(
    useAnswer(() => readDifficulty(name, coreSet), [name, coreSet]),
    name,
  );
  const isWhole = zoom === 'whole';
  const heatMap = useKept(
    useAnswer(() => readHeatMap(name, models, items, isWhole), [name, models, items, isWhole]),
    name,
  );
  return (
    <>
      <DifficultyCard benchmark={benchmark} answer={difficulty} units={units} />
      {(difficulty.data !== null || difficulty.error !== null) && (
        <HeatMapCard benchmark={benchmark} answer={heatMap} zoom={zoom} units={units} />
      )}
    </>
  );
}
