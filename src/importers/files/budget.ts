import { unreadable } from './unreadable.ts';

const floor = 256 * 1024 * 1024;
/** Logs repeat prompts a lot; what grows more than this was made to fill a disk. */
const mostGrowth = 300;
const ceiling = 32 * 1024 * 1024 * 1024;

/** What all compressed files of one import may unpack to, together. */
export interface Budget {
  /** Counts bytes of compressed files that were given. */
  allow(compressed: number): void;
  /** The same bytes as they are unpacked. @throws DomainError unreadable-log: more than there may be */
  meter(unpacked: AsyncIterable<Uint8Array>, place: string): AsyncGenerator<Uint8Array>;
}

export function createBudget(): Budget {
  let limit = floor;
  let spent = 0;
  return {
    allow(compressed) {
      limit = Math.min(ceiling, limit + mostGrowth * compressed);
    },
    async *meter(unpacked, place) {
      for await (const chunk of unpacked) {
        spent += chunk.length;
        if (spent > limit) {
          throw unreadable(
            place,
            `unpacks to more than ${mostGrowth} times its size, like a decompression bomb`,
          );
        }
        yield chunk;
      }
    },
  };
}
