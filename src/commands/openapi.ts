import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../errors.ts';
import { buildApp } from '../http/app.ts';
import { openServices } from '../services/open-services.ts';
import { refuseFlags } from './flags.ts';

const documentPath = join(import.meta.dirname, '../../openapi/openapi.json');

/** The OpenAPI document as text, from the application itself. */
export async function renderOpenApi(): Promise<string> {
  const services = openServices(':memory:');
  const app = await buildApp(services);
  await app.ready();
  const text = `${JSON.stringify(app.swagger(), null, 2)}\n`;
  await app.close();
  await services.close();
  return text;
}

/** Prints the document; `--write` puts it in openapi/, `--check` fails where the committed one differs. */
export async function openapi(flags: readonly string[]): Promise<void> {
  refuseFlags(flags, ['--write', '--check']);
  const text = await renderOpenApi();
  if (flags.includes('--write')) {
    writeFileSync(documentPath, text);
  } else if (flags.includes('--check')) {
    if (readFileSync(documentPath, 'utf8') !== text) {
      throw new DomainError(
        'invalid-configuration',
        'openapi/openapi.json is out of date: run "npm run openapi"',
      );
    }
  } else {
    process.stdout.write(text);
  }
}
