import type { WriteEpoch } from '../storage/write-epoch.ts';
import { remember } from './remember.ts';

/** With more, all are forgotten. */
const maxRemembered = 1000;

/** The same read, done once for each key between two writes to the database. */
export function untilWritten<Key, Value>(
  writeEpoch: WriteEpoch,
  read: (key: Key) => Promise<Value>,
): (key: Key) => Promise<Value> {
  const known = new Map<Key, Promise<Value>>();
  let since = Number.NaN;

  return async (key) => {
    const epoch = await writeEpoch();
    if (epoch !== since || known.size >= maxRemembered) {
      known.clear();
      since = epoch;
    }
    return remember(known, key, () => read(key));
  };
}
