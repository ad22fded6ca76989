import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { progress } from './report.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.cache/package');

let entry: string | undefined;

/** The entry of the service as its package has it: compiled, once a run. */
export function packagedEntry(): string {
  entry ??= compile();
  return entry;
}

function compile(): string {
  progress('compiling the package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const compiler = join(root, 'node_modules/.bin/tsc');
  execFileSync(compiler, ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')]);
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  for (const name of ['migrations', 'node_modules', 'openapi'])
    symlinkSync(join(root, name), join(folder, name));
  return join(folder, 'dist/main.js');
}
