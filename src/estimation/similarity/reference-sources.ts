/** More would make the percentile no sharper and the cost grow with M^2. */
const maxReferenceSources = 500;

/** The sources whose mean similarity to the others is computed: all of them, or 500 spread evenly over them. */
export function referenceSources(nModels: number): Int32Array {
  const count = Math.min(nModels, maxReferenceSources);
  return Int32Array.from({ length: count }, (_, k) => Math.floor((k * nModels) / count));
}
