import type { IncomingHttpHeaders } from 'node:http';
import accepts from '@fastify/accepts';
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Limits } from '../limits.ts';
import { type Metrics, openMetrics } from '../metrics/open-metrics.ts';
import type { Services } from '../services/open-services.ts';
import { admitRequests } from './admission.ts';
import { authenticate, type Door } from './authentication.ts';
import { limitBodies } from './body-limits.ts';
import { openDashboard } from './dashboard.ts';
import { acceptGzip } from './decompression.ts';
import { drainBeforeAnswering } from './draining.ts';
import { allowOrigins } from './foreign-pages.ts';
import { HttpError } from './http-error.ts';
import { makeRetriesSafe } from './idempotency.ts';
import { parseJsonStrictly } from './json-body.ts';
import { trackMethods } from './method-not-allowed.ts';
import { documentApi } from './openapi.ts';
import { watchPressure } from './pressure.ts';
import { answerConnectionError, sendProblem } from './problem.ts';
import { limitRates } from './rate-limits.ts';
import { requestIdOf, traceContextOf } from './request-id.ts';
import { followRequests } from './request-life.ts';
import { requireRules } from './route-rules.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { backupRoutes } from './routes/backups.ts';
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
import { type SafeHeaders, safeHeaders, sendSafeHeaders } from './safe-headers.ts';
import { noQuery } from './schemas/primitives.ts';
import { checkingSerializer, plainSerializer } from './serialization.ts';
import { serverOptions } from './server-options.ts';
import { cutOffSlowClients } from './slow-clients.ts';
import { validatorCompiler } from './validation.ts';

export interface AppOptions {
  /** Nothing is logged without one. */
  readonly logger?: Logger | undefined;
  /** Its own, unless these are shared with what else they watch. */
  readonly metrics?: Metrics | undefined;
  /** Aborted as soon as the service is told to stop, which may be some time before it closes. */
  readonly stopping?: AbortSignal | undefined;
  /** Who is let in. @default on this machine whoever asks, as long as there never was a key */
  readonly door?: Partial<Door> | undefined;
  /** Whether every answer is held against its schema, as tests do. @default false */
  readonly checkAnswers?: boolean | undefined;
  /** For how long browsers are to insist on TLS. @default 0 */
  readonly hstsSeconds?: number | undefined;
}

/** 255 characters of four bytes, each byte percent-encoded. */
const maxParamLength = 255 * 4 * 3;

/** The HTTP application, not yet listening. The same for the service and for its tests. */
export async function buildApp(services: Services, options: AppOptions = {}): Promise<FastifyInstance> {
  const { limits } = services;
  const safe = safeHeaders(options.hstsSeconds ?? 0);
  const door: Door = { keyless: 'local', origins: new Set(), ...options.door };
  const app = createInstance(options, limits, safe);
  const dashboard = openDashboard();
  app.setValidatorCompiler(validatorCompiler as never);
  app.setSerializerCompiler((options.checkAnswers ? checkingSerializer : plainSerializer) as never);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => {
    if (dashboard.isMissed(request)) return dashboard.send(reply.code(404));
    const problem = new HttpError('route-not-found', `there is nothing at ${request.url.split('?')[0]}`);
    return sendProblem(problem, request, reply);
  });
  requireRules(app);
  app.removeContentTypeParser('text/plain');
  parseJsonStrictly(app);
  const { metrics = openMetrics({ ofProcess: false }), stopping = new AbortController().signal } = options;
  metrics.watch({ vitals: services.vitals, readiness: services.readiness.report });
  sendSafeHeaders(app, safe);
  followRequests(app, metrics, stopping);
  await allowOrigins(app, door.origins);
  // First, so that strangers take none of the places that there are for callers.
  authenticate(app, services.keys, door);
  limitLoad(app, services);
  limitRates(app, limits);
  acceptGzip(app);
  makeRetriesSafe(app, services.retries);
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
    backupRoutes,
  ]) {
    await app.register(routes(services));
  }
  await app.register(serviceRoutes(services, metrics, stopping));
  addMethodNotAllowed();
  return app;
}

/** Before anything else is done for a caller. */
function limitLoad(app: FastifyInstance, { limits, letGo }: Services): void {
  app.server.maxConnections = limits.maxConnections;
  const slowClients = cutOffSlowClients(app, limits);
  const pressure = watchPressure(limits, letGo);
  app.addHook('onClose', async () => pressure.stop());
  admitRequests(app, limits, pressure, slowClients);
  limitBodies(app, limits);
}

function createInstance({ logger }: AppOptions, limits: Limits, safe: SafeHeaders): FastifyInstance {
  return Fastify({
    ...(logger && { loggerInstance: logger }),
    bodyLimit: limits.maxBodyBytes,
    ...serverOptions(limits),
    genReqId: ({ headers }) => requestIdOf(headers),
    // Our own 503, a problem like every other, instead of the framework's.
    return503OnClosing: false,
    childLoggerFactory: (parent, bindings, childOptions, { headers }) =>
      parent.child({ ...bindings, ...traceContextOf(headers as IncomingHttpHeaders) }, childOptions),
    routerOptions: { maxParamLength },
    // One line a request, ours, instead of two.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    clientErrorHandler: (error, socket) => answerConnectionError(error, socket, safe),
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply.headers(safe)),
  }) as unknown as FastifyInstance;
}
