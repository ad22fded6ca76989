import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { DomainError } from '../errors.ts';
import { buildApp } from '../http/app.ts';
import { openServices } from '../services/open-services.ts';
import { print } from './console.ts';
import { withExamples } from './options.ts';

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

interface OpenApiFlags {
  readonly write?: boolean;
  readonly check?: boolean;
}

/** `benchcast openapi`: prints the document; `--write` puts it in openapi/, `--check` fails where the committed one differs. */
export function openApiCommand(): Command {
  const command = new Command('openapi')
    .description('Prints the OpenAPI document of the HTTP API.')
    .option('--write', 'write it to openapi/openapi.json instead')
    .addOption(
      new Option('--check', 'print nothing, and fail where openapi/openapi.json is out of date').conflicts(
        'write',
      ),
    );
  withExamples(command, 'benchcast openapi > openapi.json', 'benchcast openapi --check');
  return command.action(async ({ write, check }: OpenApiFlags) => {
    const text = await renderOpenApi();
    if (write) {
      writeFileSync(documentPath, text);
    } else if (!check) {
      print(text);
    } else if (readFileSync(documentPath, 'utf8') !== text) {
      throw new DomainError(
        'invalid-configuration',
        'openapi/openapi.json is out of date: run "npm run openapi"',
      );
    }
  });
}
