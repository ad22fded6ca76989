export interface SizePoint {
  readonly items: number;
  readonly halfWidth: number;
}

/** Half-width at some size between the sizes that are known, straight on log scales; null beyond them. For hints only. */
export function halfWidthAt(points: readonly SizePoint[], items: number): number | null {
  return along(
    points.map(({ items: x, halfWidth: y }) => [x, y] as const),
    items,
  );
}

/** The same the other way round. */
export function itemsAt(points: readonly SizePoint[], halfWidth: number): number | null {
  const found = along(
    points.map(({ items: y, halfWidth: x }) => [x, y] as const),
    halfWidth,
  );
  return found === null ? null : Math.ceil(found - 1e-9);
}

function along(points: readonly (readonly [number, number])[], at: number): number | null {
  const sorted = [...points].sort(([a], [b]) => a - b);
  const right = sorted.findIndex(([x]) => x >= at);
  if (right === -1) return null;
  const [x1, y1] = sorted[right];
  if (x1 === at) return y1;
  if (right === 0) return null;
  const [x0, y0] = sorted[right - 1];
  const part = Math.log(at / x0) / Math.log(x1 / x0);
  return Math.exp(Math.log(y0) + part * Math.log(y1 / y0));
}
