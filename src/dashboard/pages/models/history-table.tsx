import type { Wire } from '../../api/client.ts';
import { type Benchmark, benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { JsonLink } from '../../parts/page.tsx';
import { When } from '../../parts/when.tsx';
import { count, plural, type Units } from '../../text/units.ts';

type Model = Wire['Model'];

interface HistoryTableProps {
  readonly benchmark: Benchmark;
  readonly models: readonly Model[];
  readonly units: Units;
}

/** Every model of the history, and where its scores came from. */
export function HistoryTable({ benchmark, models, units }: HistoryTableProps) {
  const { name, item_count: items } = benchmark;
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title">Models of the history</h2>
      <p>
        {plural(models.length, 'model')}, whose scores are what estimates rest on.{' '}
        <JsonLink path={`/v1${benchmarkPath(name, 'models')}`} of="these models" />
      </p>
      <div class="tall-table">
        <DataTable<Model>
          caption="Models of the history"
          hidesCaption
          name={`${name}-models`}
          rows={models}
          columns={[
            { label: 'Model', value: ({ model }) => model },
            {
              label: 'Mean score',
              value: ({ mean_score: score }) => score,
              show: ({ mean_score: score }) => units.score(score),
              isNumber: true,
            },
            {
              label: 'Items with a score',
              value: ({ scored_items: scored }) => scored,
              show: ({ scored_items: scored }) =>
                scored < items ? `${count(scored)} of ${count(items)}` : count(scored),
              isNumber: true,
            },
            { label: 'Came as', value: ({ source }) => source },
            {
              label: 'Since',
              value: ({ created_at: created }) => created,
              show: ({ created_at: created }) => <When timestamp={created} />,
            },
          ]}
        />
      </div>
    </section>
  );
}
