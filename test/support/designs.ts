import type { Frame } from '../../src/estimation/designs/design.ts';
import { type Draw, drawCoreSet } from '../../src/estimation/designs/draw.ts';
import { frameOf } from '../../src/estimation/designs/frame.ts';
import type { ProbabilityDesignName } from '../../src/estimation/designs/names.ts';
import { probabilityDesigns } from '../../src/estimation/designs/registry.ts';
import type { Sources } from '../../src/estimation/history.ts';
import type { Random } from '../../src/estimation/numeric/random.ts';

/** A core set of a probability design, by the design's name. */
export function drawn(name: ProbabilityDesignName, frame: Frame, size: number, random: Random): Draw {
  return drawCoreSet(probabilityDesigns[name], frame, size, random);
}

export function drawnFrom(sources: Sources, name: ProbabilityDesignName, size: number, random: Random): Draw {
  return drawn(name, frameOf(sources, name), size, random);
}
