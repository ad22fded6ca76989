import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { share } from '../../text/units.ts';
import type { CoreSet } from '../core-set.tsx';

/** While the items are being chosen, or when that came to nothing. */
export function Choosing({ coreSet }: { readonly coreSet: CoreSet }) {
  const { status, progress, error, benchmark, design } = coreSet;
  if (status === 'failed') {
    return (
      <section class="notice critical" role="alert" aria-labelledby="failed-title">
        <h2 id="failed-title">These items could not be chosen</h2>
        <p>{error}</p>
        <p>
          <a href={benchmarkPath(benchmark, 'new-model')}>Choose another design or size</a>
        </p>
      </section>
    );
  }
  return (
    <section class="card" aria-labelledby="choosing-title">
      <h2 id="choosing-title">Choosing the items</h2>
      <p>The {design} design takes a while. This page follows; it may be closed, the work goes on.</p>
      <progress value={progress} max={1} aria-label="Share of the work that is done" />
      <p class="fine" role="status">
        {status === 'pending' ? 'Waiting for its turn' : `${share(progress)} done`}
      </p>
    </section>
  );
}
