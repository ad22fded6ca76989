/** So many standard errors are taken for more than chance. */
const standardErrors = 2;

/**
 * Where a figure stands beside another one, as far as its standard error lets us tell.
 * @returns null where that error is not known
 */
export function compareWith(
  value: number,
  standardError: number | null,
  reference: number,
): 'below' | 'above' | 'same' | null {
  if (standardError === null) return null;
  if (value + standardErrors * standardError < reference) return 'below';
  if (value - standardErrors * standardError > reference) return 'above';
  return 'same';
}
