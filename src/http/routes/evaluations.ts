import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../errors.ts';
import type { EvaluationView } from '../../services/evaluations.ts';
import type { Services } from '../../services/open-services.ts';
import type { CoreSet } from '../../storage/core-sets.ts';
import { acceptFiles, hasFiles, withFiles } from '../files.ts';
import { answerOnce, type WireAnswer } from '../idempotency.ts';
import { coreSet, extensionRequest, toWireCoreSet } from '../schemas/core-sets.ts';
import {
  estimateRequest,
  evaluation,
  evaluationPage,
  evaluationRequest,
  evaluationsQuery,
  resultList,
  resultsRequest,
  statelessEstimate,
  toWireEstimate,
  toWireEvaluation,
} from '../schemas/evaluations.ts';
import { logParameters, resultLogQuery, toResultOptions, toWireResultReport } from '../schemas/imports.ts';
import {
  answerQuery,
  benchmarkParams,
  idParams,
  pageQuery,
  toPageRequest,
  toWirePage,
} from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';
import { createKeptJson } from '../serialization.ts';
import { uploadContent } from './imports.ts';

type Creation = Pick<Services, 'limits' | 'evaluations' | 'logResults' | 'coreSets'>;

/** In a scope of its own: no other route here takes files. */
function createEvaluation({ limits, evaluations, logResults, coreSets }: Creation): FastifyPluginAsyncZod {
  async function fromLog(
    request: FastifyRequest,
    coreSet: string,
    query: z.infer<typeof resultLogQuery>,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> {
    const access = request.caller.benchmarks;
    // Before gigabytes are received for nothing.
    await coreSets.findReady(coreSet, access);
    const read = await withFiles(request, query.filename, limits, (files) =>
      logResults.ofCoreSet(coreSet, files, toResultOptions(query), access),
    );
    const { level, methods, from_evaluation: fromEvaluation } = query;
    const report = toWireResultReport(read.report);
    const toAnswer = (view: EvaluationView) => toCreated({ ...toWireEvaluation(view), import: report });
    return answerOnce(request, reply, toAnswer, (seal) =>
      evaluations.create(coreSet, { ...read, fromEvaluation }, { level, methods }, access, seal),
    );
  }

  async function fromBody(
    request: FastifyRequest,
    coreSet: string,
    query: z.infer<typeof resultLogQuery>,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> {
    const { body, caller } = request;
    refuseLogParameters(request);
    // Checked by its schema, where there is one.
    if (body === undefined || body === null) {
      throw new DomainError('invalid-request', 'body: is missing', [{ path: 'body', message: 'is missing' }]);
    }
    const { from_evaluation: earlier, ...rest } = body as z.infer<typeof evaluationRequest>;
    const { level, methods } = query;
    const fromEvaluation = earlier ?? query.from_evaluation;
    const toAnswer = (view: EvaluationView) => toCreated(toWireEvaluation(view));
    const asked = { ...rest, fromEvaluation };
    return answerOnce(request, reply, toAnswer, (seal) =>
      evaluations.create(coreSet, asked, { level, methods }, caller.benchmarks, seal),
    );
  }

  return async (app) => {
    acceptFiles(app);

    app.post(
      '/v1/core-sets/:id/evaluations',
      {
        config: { scope: 'write', reach: 'checked', body: 'results' },
        schema: {
          operationId: 'createEvaluation',
          tags: ['Evaluations'],
          summary: 'Report results of a new model on a core set, and get the answer',
          description:
            'As JSON, or as the log of the harness that ran it: several files as a form, or one file as the body. The parameters but `level`, `methods` and `from_evaluation` are about logs.',
          params: idParams,
          querystring: resultLogQuery,
          body: {
            content: { 'application/json': { schema: evaluationRequest }, ...uploadContent },
          } as unknown as z.ZodUnknown,
          response: { 201: evaluation, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { params, query } = request;
        const from = hasFiles(request) ? fromLog : fromBody;
        return from(request, params.id, query, reply);
      },
    );
  };
}

function toCreated(body: z.infer<typeof evaluation>): WireAnswer {
  return { status: 201, headers: { location: `/v1/evaluations/${body.id}` }, body };
}

/** Of results as JSON they would say nothing, and somebody meant something by them. */
function refuseLogParameters({ url }: FastifyRequest): void {
  const given = [...new URLSearchParams(url.split('?')[1]).keys()].filter((name) => logParameters.has(name));
  if (given.length === 0) return;
  const issues = given.map((name) => ({ path: name, message: 'goes with a log only' }));
  throw new DomainError('invalid-request', `${given[0]}: goes with a log only`, issues);
}

export function evaluationRoutes(services: Services): FastifyPluginAsyncZod {
  const { evaluations, estimates } = services;
  const sendEvaluation = createKeptJson(toWireEvaluation);
  return async (app) => {
    await app.register(createEvaluation(services));

    app.post(
      '/v1/evaluations/:id/results',
      {
        config: { scope: 'write', reach: 'checked', body: 'results' },
        schema: {
          operationId: 'addResults',
          tags: ['Evaluations'],
          summary: 'Add results, or correct some, and get the new answer',
          params: idParams,
          querystring: answerQuery,
          body: resultsRequest,
          response: { 200: evaluation, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { params, body, query, caller } = request;
        const toAnswer = (view: EvaluationView) => ({ status: 200, body: toWireEvaluation(view) });
        return answerOnce(request, reply, toAnswer, (seal) =>
          evaluations.addResults(params.id, body, query, caller.benchmarks, seal),
        );
      },
    );

    app.post(
      '/v1/evaluations/:id/extensions',
      {
        config: { scope: 'write', reach: 'checked' },
        schema: {
          operationId: 'extendEvaluation',
          tags: ['Evaluations'],
          summary: 'Draw the next items for this model, from its answers so far',
          description:
            'Two-phase sampling: more of the items whose answers are uncertain. The new core set contains the old one and is for this model alone; evaluate on it with `from_evaluation`.',
          params: idParams,
          body: extensionRequest,
          response: { 201: coreSet, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { params, body, caller } = request;
        const toAnswer = (created: CoreSet) => ({
          status: 201,
          headers: { location: `/v1/core-sets/${created.id}` },
          body: toWireCoreSet(created, { isRunning: false, share: 1 }),
        });
        return answerOnce(request, reply, toAnswer, (seal) =>
          evaluations.extend(params.id, body, caller.benchmarks, seal),
        );
      },
    );

    app.get(
      '/v1/evaluations/:id',
      {
        config: { scope: 'read', reach: 'checked' },
        schema: {
          operationId: 'getEvaluation',
          tags: ['Evaluations'],
          summary: 'Read an evaluation',
          description:
            'The answer as it was when results were last written. With `level` or `methods` it is computed anew, on the history as it is now.',
          params: idParams,
          querystring: answerQuery,
          response: { 200: evaluation, ...problemResponses },
        },
      },
      async ({ params, query, caller }, reply) =>
        sendEvaluation(reply, await evaluations.get(params.id, query, caller.benchmarks)),
    );

    app.get(
      '/v1/evaluations/:id/results',
      {
        config: { scope: 'read', reach: 'checked' },
        schema: {
          operationId: 'getResults',
          tags: ['Evaluations'],
          summary: 'Read the results so far, and which are missing',
          params: idParams,
          response: { 200: resultList, ...problemResponses },
        },
      },
      async ({ params, caller }) => ({ results: await evaluations.results(params.id, caller.benchmarks) }),
    );

    app.get(
      '/v1/evaluations',
      {
        config: { scope: 'read', reach: 'checked' },
        schema: {
          operationId: 'listAllEvaluations',
          tags: ['Evaluations'],
          summary: 'List the evaluations of all benchmarks, newest first',
          querystring: pageQuery,
          response: { 200: evaluationPage, ...problemResponses },
        },
      },
      async ({ query, caller }) =>
        toWirePage(await evaluations.listAll(toPageRequest(query), caller.benchmarks), toWireEvaluation),
    );

    app.get(
      '/v1/benchmarks/:benchmark/evaluations',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'listEvaluations',
          tags: ['Evaluations'],
          summary: 'List the evaluations of a benchmark, newest first',
          params: benchmarkParams,
          querystring: evaluationsQuery,
          response: { 200: evaluationPage, ...problemResponses },
        },
      },
      async (request) => {
        const { model, ...page } = request.query;
        const { benchmark } = request.params;
        return toWirePage(await evaluations.list(benchmark, model, toPageRequest(page)), toWireEvaluation);
      },
    );

    app.delete(
      '/v1/evaluations/:id',
      {
        config: { scope: 'write', reach: 'checked' },
        schema: {
          operationId: 'deleteEvaluation',
          tags: ['Evaluations'],
          summary: 'Delete an evaluation',
          params: idParams,
          response: { 204: z.null().meta({ description: 'Deleted.' }), ...problemResponses },
        },
      },
      async (request, reply) => {
        await evaluations.remove(request.params.id, request.caller.benchmarks);
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/v1/benchmarks/:benchmark/estimates',
      {
        config: { scope: 'read', body: 'results' },
        schema: {
          operationId: 'estimate',
          tags: ['Evaluations'],
          summary: 'Estimate from results on any items, without storing',
          params: benchmarkParams,
          body: estimateRequest,
          response: { 200: statelessEstimate, ...problemResponses },
        },
      },
      async (request) => {
        const { results, model, predictions, exclude_models: excludeModels, ...choice } = request.body;
        const asked = results.map(({ inclusion_probability: inclusionProbability, ...result }) => ({
          ...result,
          inclusionProbability,
        }));
        const { benchmark } = request.params;
        return toWireEstimate(
          await estimates.estimate(benchmark, { results: asked, model, predictions, excludeModels }, choice),
        );
      },
    );
  };
}
