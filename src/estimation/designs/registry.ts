import { anchorPoints, anchorPointsAbsolute } from './anchor-points.ts';
import { balanced } from './balanced.ts';
import type { ProbabilityDesign } from './design.ts';
import { doubleOptimizeSelection } from './double-optimize.ts';
import { informative } from './informative.ts';
import { irtClusters } from './irt-clusters.ts';
import { kCenter } from './k-center.ts';
import { lassoSelection } from './lasso.ts';
import type { ProbabilityDesignName, PurposiveDesignName } from './names.ts';
import type { PurposiveDesign } from './purposive-design.ts';
import { random } from './random.ts';
import { randomSearch } from './random-search.ts';
import { stratified } from './stratified.ts';

export const probabilityDesigns: Readonly<Record<ProbabilityDesignName, ProbabilityDesign>> = {
  balanced,
  random,
  stratified,
  informative,
};

export const purposiveDesigns: Readonly<Record<PurposiveDesignName, PurposiveDesign>> = {
  'k-center': kCenter,
  'anchor-points': anchorPoints,
  'anchor-points-absolute': anchorPointsAbsolute,
  'random-search': randomSearch,
  lasso: lassoSelection,
  'double-optimize': doubleOptimizeSelection,
  'irt-clusters': irtClusters,
};
