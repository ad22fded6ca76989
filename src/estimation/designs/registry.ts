import { balanced } from './balanced.ts';
import type { Design } from './design.ts';
import { informative } from './informative.ts';
import { random } from './random.ts';
import { stratified } from './stratified.ts';

export const designNames = ['balanced', 'random', 'stratified', 'informative'] as const;

export type DesignName = (typeof designNames)[number];

export const defaultDesign: DesignName = 'balanced';

export const designs: Readonly<Record<DesignName, Design>> = { balanced, random, stratified, informative };
