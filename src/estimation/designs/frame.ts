import { defaultPenalty } from '../estimators/aipw.ts';
import { orderableDifficulties, type Sources } from '../history.ts';
import { foretell, type ItemProspects } from '../item-prospects.ts';
import type { Frame } from './design.ts';
import type { ProbabilityDesignName } from './names.ts';

/** Whether a design looks further than the difficulty: what it needs then takes a pass over all pairs of sources. */
export function needsProspects(design: ProbabilityDesignName): boolean {
  return design === 'informative';
}

/** What the history foretells of each item; null where it is too thin. O(M^2 N) */
export function prospectsOf(sources: Sources): ItemProspects | null {
  return foretell(sources, defaultPenalty);
}

/** What a design draws from. */
export function frameOf(
  sources: Sources,
  design: ProbabilityDesignName,
  prospects = needsProspects(design) ? prospectsOf(sources) : null,
): Frame {
  const { history, summary } = sources;
  return { difficulties: orderableDifficulties(summary), groups: history.groups, prospects };
}
