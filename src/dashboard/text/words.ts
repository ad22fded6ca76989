import type { Wire } from '../api/client.ts';

type Method = Wire['Estimate']['method'];

interface Words {
  readonly name: string;
  readonly meaning: string;
}

/** What people call the methods, and what they do, in a sentence each. */
export const methodWords: Record<Method, Words> = {
  aipw: {
    name: 'AIPW',
    meaning:
      'The mean of the results, corrected by what the history says of the items that were not run. Right on average whatever the model, since the correction is itself checked against the results.',
  },
  'aipw-paper': { name: 'AIPW (paper)', meaning: 'The same with the penalty that the paper used.' },
  'random-sampling': {
    name: 'Plain mean',
    meaning: 'The mean of the results alone, weighted by how likely each item was to be drawn.',
  },
  'random-sampling-learn': {
    name: 'Regression over models',
    meaning:
      'Predicts the full score from how earlier models did on these items. Good among their like, far off for a model better than all of them; no interval is known for it.',
  },
  'random-search-learn': {
    name: 'Random search',
    meaning: 'The same regression, on the best of 10,000 random core sets.',
  },
  lasso: { name: 'Lasso', meaning: 'A sparse regression that chooses the items itself.' },
  'double-optimize': { name: 'Double optimisation', meaning: 'Items and weights learned together.' },
  pca: { name: 'PCA', meaning: 'Fills in the items that were not run from principal components.' },
  'anchor-points-weighted': {
    name: 'Anchor points, weighted',
    meaning: 'Each anchor counts for the items that are like it.',
  },
  'anchor-points-predictor': {
    name: 'Anchor points, predicted',
    meaning: 'Each item is predicted from its best anchor.',
  },
  'p-irt': { name: 'P-IRT', meaning: 'An item response model predicts the items that were not run.' },
  'gp-irt': { name: 'GP-IRT', meaning: 'P-IRT mixed with the weighted mean of the results.' },
  'k-center': { name: 'k-center', meaning: 'The plain mean on items spread as widely as possible.' },
};

export const designWords: Record<Wire['CoreSet']['design'], string> = {
  informative:
    'Informative (recommended): more of the items that are hard to foretell, with known probabilities',
  balanced: 'Balanced: spread evenly over the difficulty',
  random: 'Random: a simple random sample',
  stratified: 'Stratified: balanced within each group',
  'k-center': 'k-center: as unlike each other as possible (no interval)',
  'anchor-points': 'Anchor points: a typical item of each cluster (no interval)',
  'anchor-points-absolute': 'Anchor points by absolute correlation (no interval)',
  'random-search': 'Random search: the best of 10,000 sets (no interval)',
  lasso: 'Lasso (no interval)',
  'double-optimize': 'Double optimisation (no interval)',
  'irt-clusters': 'Clusters of item response parameters (no interval)',
};

/** Designs that draw every item with a known probability: only these bring intervals that hold. */
export const probabilityDesigns = ['informative', 'balanced', 'random', 'stratified'] as const;

export type ProbabilityDesign = (typeof probabilityDesigns)[number];

export function isProbabilityDesign(design: Wire['CoreSet']['design']): design is ProbabilityDesign {
  return (probabilityDesigns as readonly string[]).includes(design);
}

export const splitWords: Record<Wire['BacktestRow']['split'], Words> = {
  interpolation: {
    name: 'Among their like',
    meaning: 'A random quarter of the models are treated as new to the others (interpolation).',
  },
  extrapolation: {
    name: 'At the frontier',
    meaning: 'The best 30 % of the models are treated as new to the worst half (extrapolation).',
  },
};

/** What a warning asks of its reader. */
export const severityWords: Record<Wire['Warning']['severity'], string> = {
  critical: 'Serious warning',
  warn: 'Caution',
  info: 'Note',
};

/** Warnings in two or three words, for lists and headings. */
export const warningTitles: Record<Wire['Warning']['code'], string> = {
  frontier: 'Better than what is known',
  'low-similarity': 'Unlike the history',
  'predictions-match-results': 'Predictions too good',
  'small-core-set': 'Few items',
  'incomplete-core-set': 'Results are missing',
  'purposive-design': 'Hand-picked items',
  'assumed-random': 'Sampling assumed',
  'thin-history': 'Thin history',
  'stale-core-set': 'Benchmark has changed',
  'interval-doubtful': 'Interval may be too narrow',
  'no-gain': 'No better than the plain mean',
};
