import type { PackedBits } from './packed-bits.ts';
import { pairCountsModule } from './pair-counts-module.ts';

/**
 * How many ones some series (rows) have in common with others (columns), pair by pair.
 * @returns rows.length x columns.length, row-major; overwritten by the next call   O(rows.length columns.length length / 64)
 */
export type PairCounts = (rows: Int32Array, columns: Int32Array) => Int32Array;

/** As much as is used of what the types of Node leave out. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): void;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: object;
  }
}

interface Kernel {
  readonly memory: WebAssembly.Memory;
  count(rows: number, nRows: number, columns: number, nColumns: number, bytes: number, out: number): void;
}

const pageBytes = 65_536;
const wordBytes = 4;

let compiled: WebAssembly.Module | undefined;

function createKernel(): Kernel {
  compiled ??= new WebAssembly.Module(Buffer.from(pairCountsModule, 'base64'));
  return new WebAssembly.Instance(compiled).exports as unknown as Kernel;
}

/**
 * Counts by WebAssembly, which has an instruction for it where JavaScript needs some twenty: several times as fast as
 * `commonOnes` as soon as there are many pairs. The series are copied once.   O(nSeries words) time and memory
 */
export function createPairCounts({ bits, nSeries, words }: PackedBits): PairCounts {
  // The kernel takes two words at a time, and no fewer.
  const stride = Math.max(2, words + (words % 2));
  const scratchStart = nSeries * stride;
  const { memory, count } = createKernel();
  let heap = grown(memory, scratchStart);
  for (let s = 0; s < nSeries; s++) heap.set(bits.subarray(s * words, (s + 1) * words), s * stride);

  return (rows, columns) => {
    const columnsStart = scratchStart + rows.length;
    const outStart = columnsStart + columns.length;
    const end = outStart + rows.length * columns.length;
    if (end > heap.length) heap = grown(memory, end);
    for (let r = 0; r < rows.length; r++) heap[scratchStart + r] = rows[r] * stride * wordBytes;
    for (let c = 0; c < columns.length; c++) heap[columnsStart + c] = columns[c] * stride * wordBytes;
    const address = (start: number) => start * wordBytes;
    const [scratch, out] = [address(scratchStart), address(outStart)];
    count(scratch, rows.length, address(columnsStart), columns.length, stride * wordBytes, out);
    return heap.subarray(outStart, end);
  };
}

/** The memory with room for so many words. What is in it stays; views of it do not. */
function grown(memory: WebAssembly.Memory, words: number): Int32Array {
  const missing = words * wordBytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
  return new Int32Array(memory.buffer);
}
