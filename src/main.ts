import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Compiling takes longer than all else at the start. Kept where the program lies, not in a folder where others could leave
// code for us to run; where that cannot be written to, nothing is kept.
enableCompileCache(join(import.meta.dirname, '../.cache/compiled'));

// Whoever reads the output may have seen enough: `| head`. What is under way is still ended in order.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const { run } = await import('./commands/run.ts');
await run(process.argv.slice(2));
