import { dot } from './dot.ts';

/** The inner products of the rows of an nRows x nColumns matrix: nRows x nRows, symmetric. O(nRows^2 nColumns) */
export function gramOfRows(matrix: Float64Array, nRows: number, nColumns: number): Float64Array {
  const gram = new Float64Array(nRows * nRows);
  for (let row = 0; row < nRows; row++) {
    for (let other = 0; other <= row; other++) {
      const value = dot(matrix, row * nColumns, matrix, other * nColumns, nColumns);
      gram[row * nRows + other] = value;
      gram[other * nRows + row] = value;
    }
  }
  return gram;
}
