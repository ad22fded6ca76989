import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Runnable } from '../../exporters/runnable/runnable.ts';
import type { Services } from '../../services/open-services.ts';
import type { CoreSet } from '../../storage/core-sets.ts';
import { answerOnce, type WireAnswer } from '../idempotency.ts';
import {
  coreSet,
  coreSetPage,
  coreSetRequest,
  extensionRequest,
  plan,
  planQuery,
  toCoreSetRequest,
  toWireCoreSet,
  toWirePlan,
  toWireSummary,
} from '../schemas/core-sets.ts';
import { benchmarkParams, idParams, pageQuery, toPageRequest, toWirePage } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';
import {
  coreSetQuery,
  harnessFile,
  manifest,
  runnable,
  type runnableParts,
  toWireRunnable,
} from '../schemas/runnables.ts';
import { createKeptJson } from '../serialization.ts';

/** One part as it is to be saved. */
function sendPart(
  reply: FastifyReply,
  { files, manifest, commands }: Runnable,
  part: (typeof runnableParts)[number],
): FastifyReply {
  const [main] = files;
  const saved = {
    file: main,
    manifest: {
      name: `${manifest.core_set}.manifest.json`,
      mediaType: 'application/json',
      content: `${JSON.stringify(manifest, null, 2)}\n`,
    },
    commands: {
      name: `${manifest.core_set}.sh`,
      mediaType: 'text/plain',
      content: commands.map((line) => `${line}\n`).join(''),
    },
  }[part];
  return reply
    .type(saved.mediaType.includes('charset') ? saved.mediaType : `${saved.mediaType}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${saved.name}"`)
    .serializer((text) => text)
    .send(saved.content);
}

export function coreSetRoutes({ coreSets, plans, runnables }: Services): FastifyPluginAsyncZod {
  const toWire = (stored: CoreSet) => toWireCoreSet(stored, coreSets.progressOf(stored));
  const sendReady = createKeptJson(toWire);

  /** Of one that was just drawn, or is being chosen. */
  function toAnswer(created: CoreSet): WireAnswer {
    const location = `/v1/core-sets/${created.id}`;
    const body = toWire(created);
    return created.status === 'ready'
      ? { status: 201, headers: { location }, body }
      : { status: 202, headers: { location, 'retry-after': '1' }, body };
  }

  return async (app) => {
    app.post(
      '/v1/benchmarks/:benchmark/core-sets',
      {
        config: { scope: 'write' },
        schema: {
          operationId: 'createCoreSet',
          tags: ['Core sets'],
          summary: 'Draw the items to run a new model on',
          description:
            'By `size`, or by `half_width`. Designs with inclusion probabilities answer at once; the others choose in the background: 202, and the core set at `Location` is `ready` in the end, or `failed`.',
          params: benchmarkParams,
          body: coreSetRequest,
          response: { 201: coreSet, 202: coreSet, ...problemResponses },
        },
      },
      async (request, reply) =>
        answerOnce(request, reply, toAnswer, (seal) =>
          coreSets.create(request.params.benchmark, toCoreSetRequest(request.body), seal),
        ),
    );

    app.get(
      '/v1/benchmarks/:benchmark/core-sets',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'listCoreSets',
          tags: ['Core sets'],
          summary: 'List the core sets of a benchmark, newest first, without their items',
          params: benchmarkParams,
          querystring: pageQuery,
          response: { 200: coreSetPage, ...problemResponses },
        },
      },
      async (request) =>
        toWirePage(await coreSets.list(request.params.benchmark, toPageRequest(request.query)), (stored) =>
          toWireSummary(stored, coreSets.progressOf(stored)),
        ),
    );

    app.get(
      '/v1/core-sets/:id',
      {
        config: { scope: 'read', reach: 'checked' },
        schema: {
          operationId: 'getCoreSet',
          tags: ['Core sets'],
          summary: 'Read a core set',
          description:
            'With `format`, in the form in which a harness runs it: files to save, command lines, what to keep to, and a manifest.',
          params: idParams,
          querystring: coreSetQuery,
          response: {
            200: {
              description: 'The core set; with `part`, a part of it as it is to be saved.',
              content: {
                'application/json': { schema: z.union([coreSet, runnable, manifest, harnessFile]) },
                'text/plain': { schema: z.string() },
                'text/javascript': { schema: z.string() },
              },
            },
            ...problemResponses,
          },
        },
      },
      async ({ params, query, caller }, reply) => {
        const { format, part } = query;
        if (format === undefined) {
          const found = await coreSets.get(params.id, caller.benchmarks);
          // Until then it changes.
          return found.status === 'ready' ? sendReady(reply, found) : toWire(found);
        }
        const found = await runnables.of(params.id, format, caller.benchmarks);
        return part === undefined ? toWireRunnable(found) : sendPart(reply, found, part);
      },
    );

    app.post(
      '/v1/core-sets/:id/extensions',
      {
        config: { scope: 'write', reach: 'checked' },
        schema: {
          operationId: 'extendCoreSet',
          tags: ['Core sets'],
          summary: 'Draw a larger core set that contains this one',
          description:
            'Under the same design, with the inclusion probabilities of the whole. Evaluate on it with `from_evaluation`, and results already paid for count.',
          params: idParams,
          body: extensionRequest,
          response: { 201: coreSet, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { params, body, caller } = request;
        return answerOnce(request, reply, toAnswer, (seal) =>
          coreSets.extend(params.id, body, caller.benchmarks, seal),
        );
      },
    );

    app.get(
      '/v1/benchmarks/:benchmark/plan',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'plan',
          tags: ['Core sets'],
          summary: 'How many items an interval of some half-width needs',
          params: benchmarkParams,
          querystring: planQuery,
          response: { 200: plan, ...problemResponses },
        },
      },
      async ({ params, query }) => {
        const { half_width: halfWidth, level, design } = query;
        return toWirePlan(await plans.forBenchmark(params.benchmark, { halfWidth, level, design }), query);
      },
    );
  };
}
