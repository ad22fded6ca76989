import { randomUUID } from 'node:crypto';
import accepts from '@fastify/accepts';
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Services } from '../services/open-services.ts';
import { openDashboard } from './dashboard.ts';
import { acceptGzip } from './decompression.ts';
import { drainBeforeAnswering } from './draining.ts';
import { HttpError } from './http-error.ts';
import { parseJsonStrictly } from './json-body.ts';
import { trackMethods } from './method-not-allowed.ts';
import { documentApi } from './openapi.ts';
import { answerConnectionError, sendProblem } from './problem.ts';
import { followRequests } from './request-life.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { benchmarkRoutes } from './routes/benchmarks.ts';
import { comparisonRoutes } from './routes/comparisons.ts';
import { coreSetRoutes } from './routes/core-sets.ts';
import { evaluationRoutes } from './routes/evaluations.ts';
import { heatMapRoutes } from './routes/heat-maps.ts';
import { importRoutes } from './routes/imports.ts';
import { itemDistributionRoutes } from './routes/item-distributions.ts';
import { itemRoutes } from './routes/items.ts';
import { modelRoutes } from './routes/models.ts';
import { scoreRoutes } from './routes/scores.ts';
import { serviceRoutes } from './routes/service.ts';
import { similarityMapRoutes } from './routes/similarity-maps.ts';
import { noQuery } from './schemas/primitives.ts';
import { validatorCompiler } from './validation.ts';

export interface AppOptions {
  /** Nothing is logged without one. */
  readonly logger?: Logger | undefined;
}

const defaultBodyLimit = 1024 * 1024;
/** A gigabyte of scores over a slow line must still get in. */
const requestTimeout = 30 * 60_000;
/** 255 characters of four bytes, each byte percent-encoded. */
const maxParamLength = 255 * 4 * 3;

/** The HTTP application, not yet listening. The same for the service and for its tests. */
export async function buildApp(services: Services, options: AppOptions = {}): Promise<FastifyInstance> {
  const app = createInstance(options);
  const dashboard = openDashboard();
  app.setValidatorCompiler(validatorCompiler as never);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => {
    if (dashboard.isMissed(request)) return dashboard.send(reply.code(404));
    const problem = new HttpError('route-not-found', `there is nothing at ${request.url.split('?')[0]}`);
    return sendProblem(problem, request, reply);
  });
  app.removeContentTypeParser('text/plain');
  parseJsonStrictly(app);
  followRequests(app);
  acceptGzip(app);
  drainBeforeAnswering(app);
  await app.register(accepts);
  await app.register(compress, { globalDecompression: false, encodings: ['gzip', 'identity'] });

  await documentApi(app);
  const addMethodNotAllowed = trackMethods(app);
  await dashboard.register(app);
  app.addHook('onRoute', ({ schema }) => {
    if (schema !== undefined) schema.querystring ??= noQuery;
  });
  for (const routes of [
    benchmarkRoutes,
    scoreRoutes,
    importRoutes,
    itemRoutes,
    modelRoutes,
    heatMapRoutes,
    itemDistributionRoutes,
    similarityMapRoutes,
    coreSetRoutes,
    evaluationRoutes,
    comparisonRoutes,
    backtestRoutes,
    serviceRoutes,
  ]) {
    await app.register(routes(services));
  }
  addMethodNotAllowed();
  return app;
}

function createInstance({ logger }: AppOptions): FastifyInstance {
  return Fastify({
    ...(logger && { loggerInstance: logger }),
    bodyLimit: defaultBodyLimit,
    requestTimeout,
    connectionTimeout: 0,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength },
    // One line a request, ours, instead of two.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    clientErrorHandler: answerConnectionError,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
  }) as unknown as FastifyInstance;
}
