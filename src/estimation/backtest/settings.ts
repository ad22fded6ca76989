import type { DesignName } from '../designs/names.ts';
import type { MethodName } from '../estimators/names.ts';
import { designsFor } from '../estimators/registry.ts';
import type { SplitName } from './splits.ts';

/** What a back-test tries. The same settings on the same history give the same rows. */
export interface BacktestSettings {
  readonly splits: readonly SplitName[];
  readonly designs: readonly DesignName[];
  /** Each is tried on the designs whose core sets it can answer on. */
  readonly methods: readonly MethodName[];
  /** Items of a core set. */
  readonly sizes: readonly number[];
  /** How often each split is drawn anew, and on it each core set. */
  readonly repeats: number;
  readonly seed: number;
  /** Nominal coverage of the intervals, in (0, 1). */
  readonly level: number;
  /** Whether a target counts that equals one of its sources on every item. */
  readonly keepDuplicates: boolean;
}

/** One way to choose items, and how many. */
export interface Arm {
  readonly design: DesignName;
  readonly size: number;
  readonly methods: readonly MethodName[];
}

/** One division of the models into sources and targets, on which every arm is tried. */
export interface Trial {
  readonly split: SplitName;
  readonly repeat: number;
}

export function armsOf({ designs, methods, sizes }: BacktestSettings): Arm[] {
  return designs.flatMap((design) =>
    sizes.map((size) => ({ design, size, methods: methodsOn(design, methods) })),
  );
}

/** Those of some methods that can answer on the core sets of a design. */
export function methodsOn(design: DesignName, methods: readonly MethodName[]): MethodName[] {
  return methods.filter((method) => designsFor(method)?.includes(design) ?? true);
}

/** The splits take turns, so that what is done half-way tells of all of them. */
export function trialsOf({ splits, repeats }: BacktestSettings): Trial[] {
  return Array.from({ length: repeats }, (_, repeat) => splits.map((split) => ({ split, repeat }))).flat();
}

export function trialCount({ splits, repeats }: BacktestSettings): number {
  return splits.length * repeats;
}
