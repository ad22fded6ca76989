import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../errors.ts';
import type { Services } from '../../services/open-services.ts';
import { acceptFiles, hasFiles, withFiles } from '../files.ts';
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
import { uploadContent } from './imports.ts';

const maxBodyBytes = 32 * 1024 * 1024;

type Creation = Pick<Services, 'evaluations' | 'logResults' | 'coreSets'>;

/** In a scope of its own: no other route here takes files. */
function createEvaluation({ evaluations, logResults, coreSets }: Creation): FastifyPluginAsyncZod {
  async function fromLog(
    request: FastifyRequest,
    coreSet: string,
    query: z.infer<typeof resultLogQuery>,
  ): Promise<z.infer<typeof evaluation>> {
    // Before gigabytes are received for nothing.
    await coreSets.findReady(coreSet);
    const read = await withFiles(request, query.filename, (files) =>
      logResults.ofCoreSet(coreSet, files, toResultOptions(query)),
    );
    const { level, methods, from_evaluation: fromEvaluation } = query;
    const created = await evaluations.create(coreSet, { ...read, fromEvaluation }, { level, methods });
    return { ...toWireEvaluation(created), import: toWireResultReport(read.report) };
  }

  async function fromBody(coreSet: string, request: FastifyRequest, query: z.infer<typeof resultLogQuery>) {
    const { body } = request;
    refuseLogParameters(request);
    // Checked by its schema, where there is one.
    if (body === undefined || body === null) {
      throw new DomainError('invalid-request', 'body: is missing', [{ path: 'body', message: 'is missing' }]);
    }
    const { from_evaluation: earlier, ...rest } = body as z.infer<typeof evaluationRequest>;
    const { level, methods } = query;
    const fromEvaluation = earlier ?? query.from_evaluation;
    return toWireEvaluation(
      await evaluations.create(coreSet, { ...rest, fromEvaluation }, { level, methods }),
    );
  }

  return async (app) => {
    acceptFiles(app);

    app.post(
      '/v1/core-sets/:id/evaluations',
      {
        bodyLimit: maxBodyBytes,
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
        const created = hasFiles(request)
          ? await fromLog(request, params.id, query)
          : await fromBody(params.id, request, query);
        return reply.code(201).header('location', `/v1/evaluations/${created.id}`).send(created);
      },
    );
  };
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
  return async (app) => {
    await app.register(createEvaluation(services));

    app.post(
      '/v1/evaluations/:id/results',
      {
        bodyLimit: maxBodyBytes,
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
      async (request) =>
        toWireEvaluation(await evaluations.addResults(request.params.id, request.body, request.query)),
    );

    app.post(
      '/v1/evaluations/:id/extensions',
      {
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
        const created = await evaluations.extend(request.params.id, request.body);
        reply.header('location', `/v1/core-sets/${created.id}`);
        return reply.code(201).send(toWireCoreSet(created, { isRunning: false, share: 1 }));
      },
    );

    app.get(
      '/v1/evaluations/:id',
      {
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
      async (request) => toWireEvaluation(await evaluations.get(request.params.id, request.query)),
    );

    app.get(
      '/v1/evaluations/:id/results',
      {
        schema: {
          operationId: 'getResults',
          tags: ['Evaluations'],
          summary: 'Read the results so far, and which are missing',
          params: idParams,
          response: { 200: resultList, ...problemResponses },
        },
      },
      async (request) => ({ results: await evaluations.results(request.params.id) }),
    );

    app.get(
      '/v1/evaluations',
      {
        schema: {
          operationId: 'listAllEvaluations',
          tags: ['Evaluations'],
          summary: 'List the evaluations of all benchmarks, newest first',
          querystring: pageQuery,
          response: { 200: evaluationPage, ...problemResponses },
        },
      },
      async (request) =>
        toWirePage(await evaluations.listAll(toPageRequest(request.query)), toWireEvaluation),
    );

    app.get(
      '/v1/benchmarks/:benchmark/evaluations',
      {
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
        schema: {
          operationId: 'deleteEvaluation',
          tags: ['Evaluations'],
          summary: 'Delete an evaluation',
          params: idParams,
          response: { 204: z.null().meta({ description: 'Deleted.' }), ...problemResponses },
        },
      },
      async (request, reply) => {
        await evaluations.remove(request.params.id);
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/v1/benchmarks/:benchmark/estimates',
      {
        bodyLimit: maxBodyBytes,
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
