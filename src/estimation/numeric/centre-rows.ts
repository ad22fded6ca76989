/** Takes the mean off every row of an nRows x nColumns matrix, in place. @returns the means */
export function centreRows(values: Float64Array, nRows: number, nColumns: number): Float64Array {
  const means = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    const start = row * nColumns;
    let sum = 0;
    for (let column = 0; column < nColumns; column++) sum += values[start + column];
    means[row] = sum / nColumns;
    for (let column = 0; column < nColumns; column++) values[start + column] -= means[row];
  }
  return means;
}
