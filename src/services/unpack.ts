import { createBudget } from '../importers/files/budget.ts';
import { expand, type Unpacking } from '../importers/files/expand.ts';
import type { GivenFile, LogFile } from '../importers/files/log-file.ts';
import { openSpool } from '../importers/files/spool.ts';
import { isInspectArchive } from '../importers/logs/formats/inspect.ts';

/**
 * The files in what was given, archives unpacked, for as long as they are used.
 * @throws DomainError unreadable-log, and what `use` throws
 */
export async function withUnpacked<Result>(
  given: readonly GivenFile[],
  use: (files: readonly LogFile[], unpacking: Unpacking) => Promise<Result>,
): Promise<Result> {
  const spool = await openSpool();
  const budget = createBudget();
  for (const { size } of given) budget.allow(size);
  try {
    return await use(await expand(given, { spool, budget }, isInspectArchive), { spool, budget });
  } finally {
    await spool.close();
  }
}
