import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderOpenApi } from '../../src/commands/openapi.ts';

it('commits the OpenAPI document that the application generates', async () => {
  const committed = readFileSync(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8');
  expect(await renderOpenApi()).toBe(committed);
});

it('shows an example of every JSON body, and says which may be left out', async () => {
  const { paths, components } = JSON.parse(await renderOpenApi());
  const optional: string[] = [];
  for (const [path, operations] of Object.entries<Record<string, Operation>>(paths)) {
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const reference = requestBody?.content['application/json']?.schema.$ref;
      if (reference === undefined) continue;
      const { examples, properties } = components.schemas[reference.split('/').at(-1)!];
      expect(examples ?? 'none', `${method} ${path}`).toEqual([expect.any(Object)]);
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(examples[0])));
      if (requestBody?.required !== true) optional.push(`${method} ${path}`);
    }
  }
  expect(optional).toEqual(['put /v1/benchmarks/{benchmark}', 'post /v1/benchmarks/{benchmark}/backtests']);
});

interface Operation {
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Record<string, { readonly schema: { readonly $ref?: string } }>;
  };
}
