import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderOpenApi } from '../../src/commands/openapi.ts';

it('commits the OpenAPI document that the application generates', async () => {
  const committed = readFileSync(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8');
  expect(await renderOpenApi()).toBe(committed);
});
