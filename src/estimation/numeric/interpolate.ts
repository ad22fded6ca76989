/**
 * A value between given ones, on a straight line over the logarithm of the place; beyond them that of the nearest.
 * @param places ascending and positive, at least one
 */
export function interpolateAlongLog(
  places: readonly number[],
  values: readonly number[],
  at: number,
): number {
  const after = places.findIndex((place) => place >= at);
  if (after === -1) return values[values.length - 1];
  if (after === 0) return values[0];
  const share = Math.log(at / places[after - 1]) / Math.log(places[after] / places[after - 1]);
  return values[after - 1] + share * (values[after] - values[after - 1]);
}
