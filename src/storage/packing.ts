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

/** Named arrays of numbers: the length of a JSON header, the header `[[name, length], ...]`, then the numbers. */
export function namedArraysToBlob(arrays: Readonly<Record<string, Float64Array>>): Buffer {
  const entries = Object.entries(arrays);
  const header = Buffer.from(JSON.stringify(entries.map(([name, values]) => [name, values.length])));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, ...entries.map(([, values]) => toBlob(values))]);
}

export function namedArraysFromBlob(blob: Buffer): Record<string, Float64Array> {
  const headerLength = blob.readUInt32LE();
  const header: [string, number][] = JSON.parse(blob.toString('utf8', 4, 4 + headerLength));
  let start = 4 + headerLength;
  return Object.fromEntries(
    header.map(([name, length]) => {
      const values = float64FromBlob(blob.subarray(start, start + 8 * length));
      start += 8 * length;
      return [name, values];
    }),
  );
}

function copyOf(blob: Buffer): ArrayBuffer {
  return blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength) as ArrayBuffer;
}
