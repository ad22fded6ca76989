import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SentFile } from './forms.ts';

/** The stand-ins for harnesses are Python, as the harnesses are. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;

const programs = {
  lm_eval: 'lm_eval_stand_in.py',
  inspect: 'inspect_stand_in.py',
  'helm-run': 'helm_stand_in.py',
} as const;

/** A runnable core set as the service answers it. */
export interface WireRunnable {
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly commands: readonly string[];
}

/**
 * Saves the files of a runnable core set in a folder and runs its command lines there, with the stand-ins in place of the
 * harnesses.
 * @param world what the stand-ins are to know of the datasets and of the model
 * @param words what the capitals in the command lines stand for
 */
export function runInFolder(
  folder: string,
  { files, commands }: WireRunnable,
  world: object,
  words: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): void {
  const programFolder = join(folder, 'bin');
  mkdirSync(programFolder, { recursive: true });
  for (const [name, file] of Object.entries(programs)) {
    const path = join(programFolder, name);
    writeFileSync(path, `#!/bin/sh\nexec python3 '${join(import.meta.dirname, file)}' "$@"\n`);
    chmodSync(path, 0o755);
  }
  for (const { name, content } of files) writeFileSync(join(folder, name), content);
  const known = join(folder, 'world.json');
  writeFileSync(known, JSON.stringify(world));
  const script = Object.entries(words).reduce(
    (text, [word, value]) => text.replaceAll(new RegExp(`\\b${word}\\b`, 'g'), value),
    commands.join('\n'),
  );
  const { status, stderr } = spawnSync('sh', ['-e', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${programFolder}:${process.env.PATH}`,
      STAND_IN_WORLD: known,
      ...environment,
    },
  });
  if (status !== 0) throw new Error(`the commands ended with ${status}: ${stderr}`);
}

/** All files below a folder, named from there on. */
export function filesIn(folder: string): SentFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => ({ path: path.slice(folder.length + 1), content: readFileSync(path) }));
}
