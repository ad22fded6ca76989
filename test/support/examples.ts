import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './recordings.ts';
import { outcomeOf } from './spawn-service.ts';

export const examples = join(root, 'examples');

/** Whether all these programs are there. */
export function hasPrograms(...names: readonly string[]): boolean {
  return names.every((name) => spawnSync(name, ['--version']).status === 0);
}

/** Runs a program to its end; what the environment says of Benchcast is what is given here, and nothing else. */
export function runExample(
  program: string,
  words: readonly (string | number)[],
  environment: Record<string, string> = {},
): ReturnType<typeof outcomeOf> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(BENCHCAST|GITHUB)_/.test(name));
  const env = { ...Object.fromEntries(inherited), PYTHONDONTWRITEBYTECODE: '1', ...environment };
  return outcomeOf(spawn(program, words.map(String), { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** Runs `make_logs.py`, which must succeed, and answers what it printed. */
export async function makeLogs(...words: readonly (string | number)[]): Promise<string> {
  const { code, out, err } = await runExample('python3', [join(examples, 'make_logs.py'), ...words]);
  if (code !== 0) throw new Error(`make_logs.py ended with ${code}: ${err}`);
  return out;
}
