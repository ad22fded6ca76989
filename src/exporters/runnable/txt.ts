import type { RunFiles, RunnableCoreSet } from './runnable.ts';

/** The names alone, a line each, in the order of the core set. */
export function txtFiles(coreSet: RunnableCoreSet): RunFiles {
  const content = coreSet.items.map(({ item }) => `${item}\n`).join('');
  return {
    files: [{ name: `${coreSet.id}.txt`, mediaType: 'text/plain; charset=utf-8', content }],
    commands: [],
    notes: ['The results go back under these names.'],
  };
}
