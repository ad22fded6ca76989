/** The eleven methods of the paper (arXiv 2506.07673); `aipw-paper` is AIPW with its own penalty, kept for comparison. */
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
  'aipw-paper',
] as const;

export type MethodName = (typeof methodNames)[number];
