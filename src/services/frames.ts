import type { Frame } from '../estimation/designs/design.ts';
import { frameOf, needsProspects, prospectsOf } from '../estimation/designs/frame.ts';
import type { ProbabilityDesignName } from '../estimation/designs/names.ts';
import type { ItemProspects } from '../estimation/item-prospects.ts';
import type { WorkerPool } from '../workers/pool.ts';
import type { SourceHistory } from './source-history.ts';

/** What designs draw from, without keeping the event loop. */
export type Frames = (sources: SourceHistory, design: ProbabilityDesignName) => Promise<Frame>;

/** M^2 N below which another thread would cost more than it spares: some milliseconds. */
const smallCost = 1e7;

export function createFrames(workers: WorkerPool): Frames {
  // As long as a history is kept at its revision, so is what it foretells.
  const known = new WeakMap<SourceHistory, Promise<ItemProspects | null>>();

  function compute(sources: SourceHistory): Promise<ItemProspects | null> {
    const { history, summary } = sources;
    const cost = history.models.length ** 2 * history.population.length;
    return cost <= smallCost
      ? Promise.resolve(prospectsOf(sources))
      : workers.foretell({ sources: { history, summary } });
  }

  return async (sources, design) => {
    if (!needsProspects(design)) return frameOf(sources, design);
    const asked = known.get(sources) ?? compute(sources);
    known.set(sources, asked);
    asked.catch(() => known.delete(sources));
    return frameOf(sources, design, await asked);
  };
}
