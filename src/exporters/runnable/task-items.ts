import { type HarnessIdentity, harnessIdentity } from './identity.ts';
import { refuseUnrunnable, sharedKeys } from './refusal.ts';
import type { RunnableCoreSet } from './runnable.ts';

/** The items of one task of a harness. */
export interface TaskItems {
  readonly task: string;
  /** At least one, no two the same, in the order of the core set. */
  readonly ids: readonly string[];
}

/** A harness that knows an item by its task and its id there. */
export interface TaskHarness {
  readonly name: string;
  /** Why it cannot run the item, to follow the item's name; null = it can. */
  whyNot(task: string, nativeId: string): string | null;
}

/**
 * The items of each task, tasks ascending.
 * @throws DomainError not-exportable: an item has no known task, one that the harness cannot run, or is there twice
 */
export function itemsByTask(coreSet: RunnableCoreSet, harness: TaskHarness): readonly TaskItems[] {
  const identities = coreSet.items.map(harnessIdentity);
  const known = identities.map(({ task, nativeId }) =>
    task === null ? null : JSON.stringify([task, nativeId]),
  );
  const shared = sharedKeys(coreSet, known);
  refuseUnrunnable(
    harness.name,
    coreSet,
    identities.map((identity, index) => whyNot(identity, harness) ?? shared[index]),
  );
  const byTask = Map.groupBy(identities, ({ task }) => task!);
  return [...byTask]
    .map(([task, members]) => ({ task, ids: members.map(({ nativeId }) => nativeId) }))
    .sort((a, b) => (a.task < b.task ? -1 : 1));
}

function whyNot({ task, nativeId }: HarnessIdentity, harness: TaskHarness): string | null {
  return task === null ? 'has no known task' : harness.whyNot(task, nativeId);
}

/** `<stem>.<ending>` where there is one file, else `<stem>-1.<ending>` and so on. */
export function numberedName(stem: string, ending: string, index: number, count: number): string {
  return count === 1 ? `${stem}.${ending}` : `${stem}-${index + 1}.${ending}`;
}
