/** Whether a text is a whole number from 0 as JSON writes it, and small enough to be one exactly. */
export function isCanonicalIndex(text: string): boolean {
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text));
}

/** Numbers ascending, then texts ascending. */
export function inNaturalOrder(ids: readonly string[]): readonly (number | string)[] {
  const numbers = ids.filter(isCanonicalIndex).map(Number);
  const texts = ids.filter((id) => !isCanonicalIndex(id));
  return [...numbers.sort((a, b) => a - b), ...texts.sort()];
}
