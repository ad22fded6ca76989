import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Services } from '../../services/open-services.ts';
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
import { answerQuery, benchmarkParams, idParams, toPageRequest, toWirePage } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

const maxBodyBytes = 32 * 1024 * 1024;

export function evaluationRoutes({ evaluations, estimates }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/core-sets/:id/evaluations',
      {
        bodyLimit: maxBodyBytes,
        schema: {
          operationId: 'createEvaluation',
          tags: ['Evaluations'],
          summary: 'Report results of a new model on a core set, and get the answer',
          params: idParams,
          querystring: answerQuery,
          body: evaluationRequest,
          response: { 201: evaluation, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { from_evaluation: fromEvaluation, ...rest } = request.body;
        const created = await evaluations.create(
          request.params.id,
          { ...rest, fromEvaluation },
          request.query,
        );
        return reply
          .code(201)
          .header('location', `/v1/evaluations/${created.id}`)
          .send(toWireEvaluation(created));
      },
    );

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
