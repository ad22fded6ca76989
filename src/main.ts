import { backtest } from './commands/backtest/backtest.ts';
import { demo } from './commands/demo/demo.ts';
import { openapi } from './commands/openapi.ts';
import { serve } from './commands/serve.ts';
import { DomainError } from './errors.ts';

const commands: Readonly<Record<string, (flags: readonly string[]) => Promise<void>>> = {
  serve,
  backtest,
  demo,
  openapi,
};

const usage = `usage: benchcast serve | backtest FILE | demo | openapi [--write | --check]
"benchcast backtest --help" says more.
Settings come from the environment; see README.`;

// Whoever reads the output may have seen enough: `| head`. What is under way is still ended in order.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const [name = 'serve', ...flags] = process.argv.slice(2);
if (['--help', '-h', 'help'].includes(name)) {
  console.log(usage);
  process.exit(0);
}
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(`benchcast: there is no command "${name}"\n${usage}`);
  process.exit(2);
}
try {
  await command(flags);
} catch (error) {
  // A mistake of the caller gets a sentence, a defect its stack.
  console.error(error instanceof DomainError ? describe(error) : error);
  process.exit(1);
}

function describe({ message, issues }: DomainError): string {
  const places = issues.filter(({ path }) => !message.includes(path));
  return [`benchcast: ${message}`, ...places.map(({ path, message: what }) => `  ${path}: ${what}`)].join(
    '\n',
  );
}
