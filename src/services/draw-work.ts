import type { Frame } from '../estimation/designs/design.ts';
import type { Draw } from '../estimation/designs/draw.ts';
import { frameOf, needsProspects, prospectsOf } from '../estimation/designs/frame.ts';
import type { ProbabilityDesignName } from '../estimation/designs/names.ts';
import { drawSecondPhase, type FirstPhase } from '../estimation/designs/second-phase.ts';
import type { ItemProspects } from '../estimation/item-prospects.ts';
import { createRandom } from '../estimation/numeric/random.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { remember } from './remember.ts';
import type { SourceHistory } from './source-history.ts';

/** The part of drawing that reads all scores: done here where that is quick, else in another thread. */
export interface DrawWork {
  /** What a design draws from. */
  frameFor(sources: SourceHistory, design: ProbabilityDesignName): Promise<Frame>;
  /** The next items for one target. @throws DomainError too-large */
  secondPhase(sources: SourceHistory, first: FirstPhase, add: number, seed: number): Promise<Draw>;
}

/** Multiplications below which another thread would cost more than it spares: some milliseconds. */
const smallCost = 1e7;

export function createDrawWork(workers: WorkerPool): DrawWork {
  // As long as a history is kept at its revision, so is what it foretells.
  const known = new WeakMap<SourceHistory, Promise<ItemProspects | null>>();

  function foretell(sources: SourceHistory): Promise<ItemProspects | null> {
    const { history, summary } = sources;
    const cost = history.models.length ** 2 * history.population.length;
    return cost <= smallCost
      ? Promise.resolve(prospectsOf(sources))
      : workers.foretell({ sources: { history, summary } });
  }

  return {
    async frameFor(sources, design) {
      if (!needsProspects(design)) return frameOf(sources, design);
      return frameOf(sources, design, await remember(known, sources, () => foretell(sources)));
    },
    async secondPhase({ history, summary }, first, add, seed) {
      const sources = { history, summary };
      const n = first.items.length;
      const cost =
        history.models.length * (history.population.length + n * Math.min(n, history.models.length));
      return cost <= smallCost
        ? drawSecondPhase(sources, first, add, createRandom(seed))
        : workers.secondPhase({ sources, first, add, seed });
    },
  };
}
