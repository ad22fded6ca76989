import type { RunnableItem } from './runnable.ts';

/** What a harness calls an item. */
export interface HarnessIdentity {
  /** null = none known. */
  readonly task: string | null;
  readonly nativeId: string;
}

/**
 * What is stored; what is not stored is read from a name of the form `<task>/<id>` (the id is what follows the last
 * slash, or the stored part must fit). A name of another form is itself the id, in no known task.
 */
export function harnessIdentity({ item, task, nativeId }: RunnableItem): HarnessIdentity {
  if (task !== null && nativeId !== null) return { task, nativeId };
  if (task !== null) return { task, nativeId: afterPrefix(item, `${task}/`) ?? item };
  if (nativeId !== null) return { task: beforeSuffix(item, `/${nativeId}`), nativeId };
  const id = item.slice(item.lastIndexOf('/') + 1);
  const named = id === '' ? null : beforeSuffix(item, `/${id}`);
  return { task: named, nativeId: named === null ? item : id };
}

function afterPrefix(text: string, prefix: string): string | null {
  return text.startsWith(prefix) && text.length > prefix.length ? text.slice(prefix.length) : null;
}

function beforeSuffix(text: string, suffix: string): string | null {
  return text.endsWith(suffix) && text.length > suffix.length ? text.slice(0, -suffix.length) : null;
}
