import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { version } from '../version.ts';

/** Swagger UI styles itself inline; scripts and everything else come from here only. */
const docsPolicy = {
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'style-src': ["'self'", "'unsafe-inline'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;

/** The OpenAPI 3.1 document, made from the schemas that check requests and answers, and a page to read it on. */
export async function documentApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Benchcast',
        version,
        description:
          "Estimates a language model's full benchmark score from a small core set of items, with an interval that holds and a warning when it should not be trusted.",
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'bck_<id>_<secret>',
            description:
              'An API key, made by `benchcast keys create`. The scope that an operation names is the least that it needs: `admin` includes `write`, and `write` includes `read`. A key may be limited to some benchmarks. As long as a service never had a key, none is asked for.',
          },
        },
      },
      servers: [{ url: '/', description: 'The service that the document comes from.' }],
      tags: [
        { name: 'Benchmarks and history', description: 'Score matrices of models already evaluated.' },
        { name: 'Core sets', description: 'Which items to run a new model on.' },
        { name: 'Evaluations', description: 'Results of a new model, and what they are worth.' },
        { name: 'Back-tests', description: "Core sets tried on the benchmark's own models." },
        { name: 'Service', description: 'Health and help.' },
      ],
    },
    transform,
    transformObject: (input) => tidy(jsonSchemaTransformObject(input) as Document) as never,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    theme: { title: 'Benchcast API' },
    uiConfig: { deepLinking: true, defaultModelsExpandDepth: 0, layout: 'BaseLayout' },
  });
}

/** Documented as it should be, taken as it comes: whoever reads it checks it. */
export function documentedAs(schema: z.ZodType) {
  return { schema: z.unknown().meta({ documentAs: schema }) };
}

/** Bodies of several media types, each documented by the schema in its `documentAs`; the rest as the provider does it. */
const transform: Transform = (given) => {
  const input = { ...given, schema: withSecurity(given) };
  const body = input.schema?.body as { content?: Record<string, { schema: z.ZodType }> } | undefined;
  if (body?.content === undefined) return jsonSchemaTransform(input);
  const { body: _, ...rest } = input.schema as Record<string, unknown>;
  const transformed = jsonSchemaTransform({ ...input, schema: rest });
  const content = Object.fromEntries(
    Object.entries(body.content).map(([type, { schema }]) => [type, { schema: documented(input, schema) }]),
  );
  return { ...transformed, schema: { ...transformed.schema, body: { content } } };
};

/** The rule of a route, as its operation says it. */
function withSecurity({ schema, route }: Parameters<Transform>[0]) {
  const scope = route.config?.scope;
  if (scope === undefined) return schema;
  return { ...schema, security: scope === 'public' ? [] : [{ bearer: [scope] }] };
}

function documented(input: Parameters<Transform>[0], schema: z.ZodType): unknown {
  const { schema: transformed } = jsonSchemaTransform({
    ...input,
    schema: { body: schema.meta()?.documentAs ?? schema },
  } as never);
  return (transformed as { body: unknown }).body;
}

interface Document {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; securitySchemes?: unknown };
}

interface Schema {
  readonly default?: unknown;
  readonly examples?: unknown;
}

interface Operation {
  requestBody?: { required?: boolean; content: Record<string, { schema?: { $ref?: string } }> };
  responses?: Record<string, { description: string }>;
}

/** What the provider and the plugin leave untidy. */
function tidy(document: Document): Document {
  const pruned = pruneComponents(mergeInputSchemas(keepExamples(openAnswers(document))));
  for (const operation of Object.values(pruned.paths ?? {}).flatMap((path) => Object.values(path))) {
    for (const response of Object.values(operation.responses ?? {})) {
      if (response.description === 'Default Response') response.description = 'Done.';
    }
    if (operation.requestBody !== undefined && hasDefault(operation.requestBody, pruned)) {
      operation.requestBody.required = false;
    }
  }
  return pruned;
}

/** A body that has a default may be left out. */
function hasDefault({ content }: NonNullable<Operation['requestBody']>, { components }: Document): boolean {
  return Object.values(content).every(({ schema }) => {
    const name = schema?.$ref?.split('/').at(-1);
    return name !== undefined && components?.schemas?.[name]?.default !== undefined;
  });
}

/** Where something is transformed on the way in, the schema for requests comes without its default and its examples. */
function keepExamples(document: Document): Document {
  const { schemas = {} } = document.components ?? {};
  const kept = Object.entries(schemas).map(([name, schema]) => {
    const { default: value, examples } = schemas[name.replace(/Input$/, '')] ?? {};
    return [
      name,
      {
        ...(value !== undefined && { default: value }),
        ...(examples !== undefined && { examples }),
        ...schema,
      },
    ];
  });
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(kept) } };
}

/** Answers may gain fields: a client that was generated today must not refuse them. */
function openAnswers(document: Document): Document {
  const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => [
    name,
    name.endsWith('Input') ? schema : withoutClosed(schema),
  ]);
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } };
}

function withoutClosed(schema: unknown): unknown {
  const text = JSON.stringify(schema, (key, value) =>
    key === 'additionalProperties' && value === false ? undefined : value,
  );
  return JSON.parse(text);
}

/** Each named schema comes as X for answers and XInput for requests: one name is enough where they do not differ. */
function mergeInputSchemas(document: Document): Document {
  const { schemas = {} } = pruneComponents(document).components ?? {};
  let text = JSON.stringify({ ...document, components: { ...document.components, schemas } });
  for (const [name, schema] of Object.entries(schemas)) {
    const plain = name.replace(/Input$/, '');
    const isFree = !(plain in schemas) || JSON.stringify(schemas[plain]) === JSON.stringify(schema);
    if (plain === name || !isFree) continue;
    text = text
      .replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${plain}"`)
      .replace(`"${name}":`, `"${plain}":`);
  }
  return JSON.parse(text);
}

/** Drops the schemas that nothing refers to, and sorts the rest. */
function pruneComponents(document: Document): Document {
  const schemas = { ...document.components?.schemas };
  for (;;) {
    const text = JSON.stringify({ ...document, components: { schemas } });
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    if (unused.length === 0) break;
    for (const name of unused) delete schemas[name];
  }
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, components: { ...document.components, schemas: sorted } };
}
