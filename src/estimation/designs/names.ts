/** Designs that draw every item with a known probability: what their core sets say of the whole can be vouched for. */
export const probabilityDesignNames = ['balanced', 'random', 'stratified', 'informative'] as const;

/** Designs that choose items on purpose, for one method of the paper each. */
export const purposiveDesignNames = [
  'k-center',
  'anchor-points',
  'anchor-points-absolute',
  'random-search',
  'lasso',
  'double-optimize',
  'irt-clusters',
] as const;

export type ProbabilityDesignName = (typeof probabilityDesignNames)[number];
export type PurposiveDesignName = (typeof purposiveDesignNames)[number];
export type DesignName = ProbabilityDesignName | PurposiveDesignName;

export const designNames = [...probabilityDesignNames, ...purposiveDesignNames] as const;

/** The most precise of them on real matrices, in interpolation and at the frontier; see docs/statistics.md. */
export const defaultDesign: ProbabilityDesignName = 'informative';

export function isProbabilityDesign(name: DesignName): name is ProbabilityDesignName {
  return (probabilityDesignNames as readonly string[]).includes(name);
}
