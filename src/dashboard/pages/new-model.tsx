import { useRoute } from 'preact-iso';
import { BenchmarkFrame } from '../parts/benchmark-frame.tsx';
import { Empty } from '../parts/states.tsx';
import { Steps } from '../parts/steps.tsx';
import { SizeForm } from './new-model/size-form.tsx';

/** The first step of a new model: how many items, or how precise. */
export function NewModelPage() {
  const { benchmark: name } = useRoute().params;
  return (
    <BenchmarkFrame name={name}>
      {(benchmark, units) => (
        <>
          <Steps current={1} />
          {benchmark.model_count === 0 || benchmark.item_count === 0 ? (
            <Empty title="There is no history to draw from yet">
              <p>A core set is chosen by how earlier models did. Give their scores first.</p>
              <a class="button" href={`/new-benchmark?benchmark=${encodeURIComponent(name)}`}>
                Add the history
              </a>
            </Empty>
          ) : (
            <SizeForm benchmark={benchmark} units={units} />
          )}
        </>
      )}
    </BenchmarkFrame>
  );
}
