import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of matrices that a thread was given since it last looked for what it has no use for. */
const maxBytes = 64 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

let given = 0;

/**
 * Shared matrices stay in memory while any thread may hold on to them, and garbage collectors do not know how large they are: a
 * thread that does little else would keep every revision of every history it ever worked on.
 */
export function noteMatrix({ cells }: { readonly cells: { readonly byteLength: number } }): void {
  given += cells.byteLength;
  if (given <= maxBytes) return;
  given = 0;
  collectGarbage();
}
