/**
 * The eleven methods of the paper (arXiv 2506.07673) and k-center; `aipw-paper` is AIPW with the paper's penalty, kept for
 * comparison.
 */
export const methodNames = [
  'aipw',
  'random-sampling',
  'random-sampling-learn',
  'random-search-learn',
  'lasso',
  'double-optimize',
  'pca',
  'anchor-points-weighted',
  'anchor-points-predictor',
  'p-irt',
  'gp-irt',
  'k-center',
  'aipw-paper',
] as const;

export type MethodName = (typeof methodNames)[number];
