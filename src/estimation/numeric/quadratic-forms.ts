import { dot } from './dot.ts';
import type { PackedBits } from './packed-bits.ts';

/**
 * z_i' G z_i for every row z_i, from one triangle of the symmetric G: four rows at a time share what is read of it.
 * @param matrix size x size: G   @param rows nRows x size, row-major   O(nRows size^2)
 */
export function quadraticForms(
  matrix: Float64Array,
  rows: Float64Array,
  nRows: number,
  size: number,
): Float64Array {
  const forms = new Float64Array(nRows);
  const whole = nRows - (nRows % 4);
  for (let row = 0; row < whole; row += 4) addFourForms(forms, matrix, rows, row, size);
  for (let row = whole; row < nRows; row++) {
    for (let k = 0; k < size; k++) {
      const value = rows[row * size + k];
      forms[row] += value * (matrix[k * size + k] * value + 2 * dot(matrix, k * size, rows, row * size, k));
    }
  }
  return forms;
}

function addFourForms(
  forms: Float64Array,
  matrix: Float64Array,
  rows: Float64Array,
  row: number,
  size: number,
): void {
  const at0 = row * size;
  const at1 = at0 + size;
  const at2 = at1 + size;
  const at3 = at2 + size;
  for (let k = 0; k < size; k++) {
    const start = k * size;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let l = 0; l < k; l++) {
      const value = matrix[start + l];
      sum0 += value * rows[at0 + l];
      sum1 += value * rows[at1 + l];
      sum2 += value * rows[at2 + l];
      sum3 += value * rows[at3 + l];
    }
    const own = matrix[start + k];
    forms[row] += rows[at0 + k] * (own * rows[at0 + k] + 2 * sum0);
    forms[row + 1] += rows[at1 + k] * (own * rows[at1 + k] + 2 * sum1);
    forms[row + 2] += rows[at2 + k] * (own * rows[at2 + k] + 2 * sum2);
    forms[row + 3] += rows[at3 + k] * (own * rows[at3 + k] + 2 * sum3);
  }
}

/** Bits of a row that are looked up together: the forms of two such groups fit into a table of 256. */
const groupBits = 4;
const groupValues = 1 << groupBits;
const tableSize = groupValues * groupValues;
/** Each sum is then loaded and stored a quarter as often. */
const tablesAtOnce = 4;

/**
 * The same for many rows of bits x: x'Gx is the sum over pairs of groups of four features, and of each pair all 256 forms
 * are tabulated once, for all rows to look up (after Arlazarov, Dinic, Kronrod and Faradzev 1970, the "Four Russians").
 * @param columns size series of length nRows: the columns of the rows
 * @returns takes G, size x size, symmetric; answers nRows forms   O(size^2 (nRows + 320) / 32)
 */
export function createBitForms(columns: PackedBits): (matrix: Float64Array) => Float64Array {
  const { nSeries: size, length: nRows } = columns;
  const groups = groupsOfBits(columns);
  const tables = new Float64Array(tablesAtOnce * tableSize);
  const rowSums = new Float64Array(groupValues * groupBits);
  const stride = groups.length * groupBits;
  return (matrix) => {
    const forms = new Float64Array(nRows);
    const padded = padTo(stride, matrix, size);
    groups.forEach((group, a) => {
      for (let b = 0; b <= a; b += tablesAtOnce) {
        // Beyond the last one there is nothing to add: any group will do for a table of zeros.
        const others = Array.from({ length: tablesAtOnce }, (_, k) => groups[Math.min(a, b + k)]);
        others.forEach((_, k) => {
          const table = tables.subarray(k * tableSize, (k + 1) * tableSize);
          if (b + k > a) table.fill(0);
          else tabulate(table, padded, stride, a * groupBits, (b + k) * groupBits, rowSums);
        });
        addFromTables(forms, tables, group, others);
      }
    });
    return forms;
  };
}

function padTo(stride: number, matrix: Float64Array, size: number): Float64Array {
  const padded = new Float64Array(stride * stride);
  for (let row = 0; row < size; row++) {
    padded.set(matrix.subarray(row * size, (row + 1) * size), row * stride);
  }
  return padded;
}

/** The values of every group of four features, one array of nRows per group. */
function groupsOfBits({ bits, nSeries, length, words }: PackedBits): Uint8Array[] {
  return Array.from({ length: Math.ceil(nSeries / groupBits) }, (_, group) => {
    const values = new Uint8Array(length);
    for (let k = 0; k < groupBits && group * groupBits + k < nSeries; k++) {
      const start = (group * groupBits + k) * words;
      for (let row = 0; row < length; row++) {
        values[row] |= ((bits[start + (row >>> 5)] >>> (row & 31)) & 1) << k;
      }
    }
    return values;
  });
}

/**
 * The sums of the entries of G in the rows of one group and the columns of another that two values choose; twice where the
 * groups differ.
 * @param matrix stride x stride, row-major: G, with zeros up to whole groups   @param rowSums 16 x 4, a work space
 */
function tabulate(
  table: Float64Array,
  matrix: Float64Array,
  stride: number,
  row: number,
  column: number,
  rowSums: Float64Array,
): void {
  const times = row === column ? 1 : 2;
  for (let bit = 0; bit < groupBits; bit++) {
    const from = (row + bit) * stride + column;
    const half = 1 << bit;
    for (let value = 0; value < half; value++) {
      const at = groupBits * value;
      const next = at + groupBits * half;
      rowSums[next] = rowSums[at] + times * matrix[from];
      rowSums[next + 1] = rowSums[at + 1] + times * matrix[from + 1];
      rowSums[next + 2] = rowSums[at + 2] + times * matrix[from + 2];
      rowSums[next + 3] = rowSums[at + 3] + times * matrix[from + 3];
    }
  }
  for (let value = 0; value < groupValues; value++) {
    const at = value * groupBits;
    fillSums(table, value << groupBits, rowSums[at], rowSums[at + 1], rowSums[at + 2], rowSums[at + 3]);
  }
}

/** The sums of all subsets of four numbers; unrolled, for there are many tables. */
function fillSums(table: Float64Array, at: number, a: number, b: number, c: number, d: number): void {
  const ab = a + b;
  const cd = c + d;
  table[at] = 0;
  table[at + 1] = a;
  table[at + 2] = b;
  table[at + 3] = ab;
  table[at + 4] = c;
  table[at + 5] = a + c;
  table[at + 6] = b + c;
  table[at + 7] = ab + c;
  table[at + 8] = d;
  table[at + 9] = a + d;
  table[at + 10] = b + d;
  table[at + 11] = ab + d;
  table[at + 12] = cd;
  table[at + 13] = a + cd;
  table[at + 14] = b + cd;
  table[at + 15] = ab + cd;
}

function addFromTables(
  forms: Float64Array,
  tables: Float64Array,
  high: Uint8Array,
  [low0, low1, low2, low3]: readonly Uint8Array[],
): void {
  for (let row = 0; row < forms.length; row++) {
    const start = high[row] << groupBits;
    forms[row] +=
      tables[start + low0[row]] +
      tables[start + tableSize + low1[row]] +
      (tables[start + 2 * tableSize + low2[row]] + tables[start + 3 * tableSize + low3[row]]);
  }
}
