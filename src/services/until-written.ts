import type { WriteEpoch } from '../storage/write-epoch.ts';

/** With more, all are forgotten. */
const maxRemembered = 1000;

/** The same read, done once for each key between two writes to the database. */
export function untilWritten<Key, Value>(
  writeEpoch: WriteEpoch,
  read: (key: Key) => Promise<Value>,
): (key: Key) => Promise<Value> {
  const known = new Map<Key, Promise<Value>>();
  let since = Number.NaN;

  function remember(key: Key): Promise<Value> {
    const reading = read(key);
    known.set(key, reading);
    // Whoever asked is told.
    reading.catch(() => known.delete(key));
    return reading;
  }

  return async (key) => {
    const epoch = await writeEpoch();
    if (epoch !== since || known.size >= maxRemembered) {
      known.clear();
      since = epoch;
    }
    return known.get(key) ?? remember(key);
  };
}
