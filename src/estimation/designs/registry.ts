import { balanced } from './balanced.ts';
import type { ProbabilityDesign } from './design.ts';
import { informative } from './informative.ts';
import type { ProbabilityDesignName } from './names.ts';
import { random } from './random.ts';
import { stratified } from './stratified.ts';

export const probabilityDesigns: Readonly<Record<ProbabilityDesignName, ProbabilityDesign>> = {
  balanced,
  random,
  stratified,
  informative,
};
