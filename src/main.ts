import { failureOf } from './commands/failures.ts';
import { buildProgram } from './commands/program.ts';

// Whoever reads the output may have seen enough: `| head`. What is under way is still ended in order.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const words = process.argv.slice(2);
try {
  const program = await buildProgram(words);
  await program.parseAsync(words.length === 0 ? ['--help'] : words, { from: 'user' });
} catch (error) {
  const { exitCode, text } = failureOf(error);
  if (text !== null) console.error(text);
  process.exitCode = exitCode;
}
