import { DomainError } from '../../errors.ts';
import type { RunnableCoreSet } from './runnable.ts';

/**
 * @param reasons per item of the core set why the harness cannot run it, to follow its name; null = it can
 * @throws DomainError not-exportable: there is a reason; it names the items, up to twenty
 */
export function refuseUnrunnable(
  harness: string,
  coreSet: RunnableCoreSet,
  reasons: readonly (string | null)[],
  wayOut = `give them task and native_id metadata with PUT /v1/benchmarks/${coreSet.benchmark}/items, or import a log of the harness`,
): void {
  const issues = reasons.flatMap((reason, index) =>
    reason === null ? [] : [{ path: `items.${index}`, message: `"${coreSet.items[index].item}" ${reason}` }],
  );
  if (issues.length === 0) return;
  throw new DomainError(
    'not-exportable',
    `${harness} cannot be told to run ${issues.length} of the ${reasons.length} items: ${wayOut}`,
    issues,
  );
}

/** @throws DomainError not-exportable: ids that are another harness's */
export function refuseForeign(harness: string, coreSet: RunnableCoreSet): void {
  const reasons = coreSet.items.map((item) =>
    item.harness === null || item.harness === harness
      ? null
      : `bears its id in ${item.harness}, which says nothing to ${harness}`,
  );
  const first = reasons.findIndex((reason) => reason !== null);
  if (first === -1) return;
  const wayOut = `"${coreSet.items[first].item}" ${reasons[first]}; where the two number items alike, set their metadata harness to "${harness}"`;
  refuseUnrunnable(harness, coreSet, reasons, wayOut);
}

/** Per key, the name of the first item that has it too, as a reason; null for the first one itself and for no key. */
export function sharedKeys(
  coreSet: RunnableCoreSet,
  keys: readonly (string | null)[],
): readonly (string | null)[] {
  const owners = new Map<string, string>();
  return keys.map((key, index) => {
    if (key === null) return null;
    const owner = owners.get(key);
    if (owner !== undefined) return `is the same to the harness as "${owner}"`;
    owners.set(key, coreSet.items[index].item);
    return null;
  });
}
