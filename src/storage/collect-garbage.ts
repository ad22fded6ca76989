import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collector = (options: { readonly type: 'minor' }) => void;

let collector: Collector | undefined;

/**
 * Has the engine let go of what was made and dropped just now. It does not see the weight of buffers until there are tens of
 * megabytes of them: reading a history row by row would take twice the memory that it needs. Takes about a millisecond.
 */
export function collectYoungGarbage(): void {
  collector ??= exposedCollector();
  collector({ type: 'minor' });
}

function exposedCollector(): Collector {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collector;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
