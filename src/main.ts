import { demo } from './commands/demo/demo.ts';
import { openapi } from './commands/openapi.ts';
import { serve } from './commands/serve.ts';
import { DomainError } from './errors.ts';

const commands: Readonly<Record<string, (flags: readonly string[]) => Promise<void>>> = {
  serve,
  demo,
  openapi,
};

const [name = 'serve', ...flags] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(`benchcast: there is no command "${name}"; there are ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}
try {
  await command(flags);
} catch (error) {
  // A mistake of the caller gets a sentence, a defect its stack.
  console.error(error instanceof DomainError ? `benchcast: ${error.message}` : error);
  process.exit(1);
}
