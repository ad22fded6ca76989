/** A score matrix as the service draws it. */
export interface Cells {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns, row by row: 0 to 254 from the lowest to the highest score, 255 = none. */
  readonly bytes: Uint8Array;
}

export const missingCell = 255;
export const fullCell = 254;
