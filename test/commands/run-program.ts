import { vi } from 'vitest';
import { failureOf } from '../../src/commands/failures.ts';
import { buildProgram } from '../../src/commands/program.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, with these variables of the environment and no other BENCHCAST_ ones. */
export async function runProgram(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  for (const name of Object.keys(process.env).filter((known) => known.startsWith('BENCHCAST_'))) {
    vi.stubEnv(name, undefined);
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(out.push(String(text)))),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(err.push(String(text)))),
  ];
  let code = 0;
  try {
    const program = await buildProgram(words);
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    const failure = failureOf(error);
    code = failure.exitCode;
    if (failure.text !== null) err.push(`${failure.text}\n`);
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
  return { code, out: out.join(''), err: err.join('') };
}
