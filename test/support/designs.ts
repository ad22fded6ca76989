import type { Frame } from '../../src/estimation/designs/design.ts';
import { drawCoreSet } from '../../src/estimation/designs/draw.ts';
import type { ProbabilityDesignName } from '../../src/estimation/designs/names.ts';
import { probabilityDesigns } from '../../src/estimation/designs/registry.ts';
import type { Random } from '../../src/estimation/numeric/random.ts';

/** A core set of a probability design, by the design's name. */
export function drawn(name: ProbabilityDesignName, frame: Frame, size: number, random: Random) {
  return drawCoreSet(probabilityDesigns[name], frame, size, random);
}
