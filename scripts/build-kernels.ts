/** Makes modules of what is written in WebAssembly's text form: `npm run build:kernels`. A test tells where that was forgotten. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';

const numeric = join(import.meta.dirname, '../src/estimation/numeric');
export const kernelModulePath = join(numeric, 'pair-counts-module.ts');

/** What the module of the kernel has to say. */
export async function renderKernel(): Promise<string> {
  const name = 'pair-counts.wat';
  const { parseWat } = await wabt();
  const parsed = parseWat(name, readFileSync(join(numeric, name), 'utf8'));
  try {
    parsed.validate();
    const text = Buffer.from(parsed.toBinary({}).buffer).toString('base64');
    return `/** ${name}, as \`npm run build:kernels\` makes it. */\nexport const pairCountsModule =\n  '${text}';\n`;
  } finally {
    parsed.destroy();
  }
}

if (import.meta.main) writeFileSync(kernelModulePath, await renderKernel());
