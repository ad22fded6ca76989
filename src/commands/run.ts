import { failureOf } from './failures.ts';
import { buildProgram } from './program.ts';

/** Does what the words of a command line ask for; the exit code says how that went. */
export async function run(words: readonly string[]): Promise<void> {
  try {
    const program = await buildProgram(words);
    await program.parseAsync(words.length === 0 ? ['--help'] : words, { from: 'user' });
  } catch (error) {
    const { exitCode, text } = failureOf(error);
    if (text !== null) console.error(text);
    process.exitCode = exitCode;
  }
}
