import type { PackedRow } from '../scores/packed-row.ts';

/** Typed arrays as BLOBs, little-endian as on every platform that Node runs on. */
export function toBlob(values: Uint8Array | Int32Array | Float64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** A copy: a Buffer's bytes need not lie where a typed array may start. */
export function int32FromBlob(blob: Buffer): Int32Array {
  return new Int32Array(copyOf(blob));
}

export function float64FromBlob(blob: Buffer): Float64Array {
  return new Float64Array(copyOf(blob));
}

export function rowFromBlob(encoding: PackedRow['encoding'], blob: Buffer): PackedRow {
  return encoding === 'bytes'
    ? { encoding, cells: new Uint8Array(copyOf(blob)) }
    : { encoding, cells: float64FromBlob(blob) };
}

function copyOf(blob: Buffer): ArrayBuffer {
  return blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength) as ArrayBuffer;
}
