import { spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './recordings.ts';
import { outcomeOf } from './spawn-service.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A cell of Python, and what it printed under it, where it did. */
const cellPattern = /^```python\n(.*?)^```\n(?:\n```text\n.*?^```\n)?/gms;

/**
 * Runs the cells of a document in order, in one namespace and a folder with nothing but the examples in it.
 * @param address of the service that they use
 * @returns the document with what was printed now
 * @throws Error a cell fails
 */
export async function rerunCells(document: string, address: string): Promise<string> {
  const cells = [...document.matchAll(cellPattern)].map(([, cell]) => cell);
  const printed = await runCells(cells, address);
  let next = 0;
  return document.replaceAll(cellPattern, (_, cell: string) => {
    const output = printed[next++];
    const shown = output === '' ? '' : `\n\`\`\`text\n${output}\`\`\`\n`;
    return `\`\`\`python\n${cell}\`\`\`\n${shown}`;
  });
}

async function runCells(cells: readonly string[], address: string): Promise<string[]> {
  using folder = temporaryFolder();
  symlinkSync(`${root}/examples`, folder.path('examples'));
  const child = spawn('python3', [join(import.meta.dirname, 'run-cells.py')], {
    cwd: folder.path('.'),
    env: { ...process.env, BENCHCAST_URL: address },
  });
  child.stdin.end(JSON.stringify(cells));
  const { code, out, err } = await outcomeOf(child);
  if (code !== 0) throw new Error(`the cells ended with ${code}: ${err}`);
  return JSON.parse(out);
}
