import { DomainError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { ScoreTable } from '../scores/score-table.ts';

/** What the packed rows of all imports under way take, together. */
export interface ImportMemory {
  /**
   * Work with a table of scores, whose rows count for as long as it takes. What the table is filled with may throw:
   * @throws DomainError too-large: one import is more than all may be; queue-full: those of others leave no room for it
   */
  use<Result>(work: (table: ScoreTable) => Promise<Result>): Promise<Result>;
}

export function createImportMemory({ maxImportBytes }: Pick<Limits, 'maxImportBytes'>): ImportMemory {
  let taken = 0;

  function refuse(mine: number): void {
    if (mine > maxImportBytes) {
      throw new DomainError(
        'too-large',
        `the score matrix of this import is larger than ${maxImportBytes} bytes; send it in parts`,
      );
    }
    if (taken > maxImportBytes) {
      throw new DomainError('queue-full', 'other imports leave no room for this one; try again later');
    }
  }

  return {
    async use(work) {
      let mine = 0;
      const table = new ScoreTable((bytes) => {
        mine += bytes;
        taken += bytes;
        refuse(mine);
      });
      try {
        return await work(table);
      } finally {
        taken -= mine;
      }
    },
  };
}
