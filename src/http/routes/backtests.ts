import { once } from 'node:events';
import sse from '@fastify/sse';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { BacktestView } from '../../services/backtests.ts';
import type { Services } from '../../services/open-services.ts';
import { HttpError } from '../http-error.ts';
import { answerOnce } from '../idempotency.ts';
import {
  backtest,
  backtestPage,
  backtestRequest,
  toBacktestRequest,
  toWireBacktest,
  toWireSummary,
} from '../schemas/backtests.ts';
import { benchmarkParams, idParams, pageQuery, toPageRequest, toWirePage } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

const eventStream = 'text/event-stream';
/** Its types speak of another default export than the one that Node finds. */
const eventPlugin = sse as unknown as typeof sse.default;
/** Proxies cut connections on which nothing is heard for half a minute. */
const heartbeatMilliseconds = 15_000;

export function backtestRoutes({ backtests }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(eventPlugin, { heartbeatInterval: heartbeatMilliseconds });
    const followers = new Set<AbortController>();
    app.addHook('preClose', async () => {
      for (const follower of followers) follower.abort();
    });

    app.post(
      '/v1/benchmarks/:benchmark/backtests',
      {
        config: { scope: 'write' },
        schema: {
          operationId: 'createBacktest',
          tags: ['Back-tests'],
          summary: "Try core sets on the benchmark's own models, as if they were new",
          description:
            'Answers at once; the work goes on in the background, and survives a restart. Follow it at `Location`, or by its events. 503 with `Retry-After` where too many are waiting.',
          params: benchmarkParams,
          body: backtestRequest,
          response: { 202: backtest, ...problemResponses },
        },
      },
      async (request, reply) =>
        answerOnce(
          request,
          reply,
          (created: BacktestView) => ({
            status: 202,
            headers: { location: `/v1/backtests/${created.backtest.id}`, 'retry-after': '1' },
            body: toWireBacktest(created),
          }),
          (seal) => backtests.create(request.params.benchmark, toBacktestRequest(request.body), seal),
        ),
    );

    app.get(
      '/v1/benchmarks/:benchmark/backtests',
      {
        config: { scope: 'read' },
        schema: {
          operationId: 'listBacktests',
          tags: ['Back-tests'],
          summary: 'List the back-tests of a benchmark, newest first, without their rows',
          params: benchmarkParams,
          querystring: pageQuery,
          response: { 200: backtestPage, ...problemResponses },
        },
      },
      async (request) =>
        toWirePage(
          await backtests.list(request.params.benchmark, toPageRequest(request.query)),
          toWireSummary,
        ),
    );

    app.get(
      '/v1/backtests/:id',
      {
        config: { scope: 'read', reach: 'checked' },
        schema: {
          operationId: 'getBacktest',
          tags: ['Back-tests'],
          summary: 'Read a back-test: how far it is, and its rows so far',
          params: idParams,
          response: { 200: backtest, ...problemResponses },
        },
      },
      async ({ params, caller }) => toWireBacktest(await backtests.get(params.id, caller.benchmarks)),
    );

    app.get(
      '/v1/backtests/:id/events',
      {
        config: { scope: 'read', reach: 'checked', stream: 'follower' },
        sse: 'manual',
        exposeHeadRoute: false,
        schema: {
          operationId: 'followBacktest',
          tags: ['Back-tests'],
          summary: 'Follow a back-test by server-sent events',
          description:
            'Events `progress` while it is under way and one `end`, each with the back-test as the list has it. Close the connection at `end`; a client that comes back after it gets 204 and is to stop.',
          params: idParams,
          response: {
            200: { description: 'Events.', content: { [eventStream]: { schema: z.string() } } },
            204: z.null().meta({ description: 'It was over when you were here last.' }),
            ...problemResponses,
          },
        },
      },
      async (request, reply) => {
        if (typeof request.accepts().type([eventStream]) !== 'string') {
          throw new HttpError('not-acceptable', `events are to be had as ${eventStream}`);
        }
        if (reply.sse.lastEventId === endOf(request.params.id)) return reply.code(204).send(null);
        const gone = new AbortController();
        reply.sse.onClose(() => gone.abort());
        // The library speaks past our hooks. A connection kept alive would keep the service from stopping.
        reply.header('x-request-id', request.id).header('connection', 'close');
        followers.add(gone);
        const { signal } = gone;
        const aborted = once(signal, 'abort');
        try {
          const isFollowed = async () => !signal.aborted && (await app.wouldStillLetIn(request));
          const { params, caller } = request;
          for await (const view of backtests.follow(params.id, isFollowed, caller.benchmarks)) {
            if (signal.aborted) break;
            // Whoever stops reading is not waited for.
            await Promise.race([reply.sse.send(toEvent(view)), aborted]);
          }
        } finally {
          followers.delete(gone);
        }
      },
    );

    app.delete(
      '/v1/backtests/:id',
      {
        config: { scope: 'write', reach: 'checked' },
        schema: {
          operationId: 'deleteBacktest',
          tags: ['Back-tests'],
          summary: 'Cancel a back-test, or delete one that is over',
          description:
            'One that is under way ends at once: its threads are free, and it stays as `cancelled`, with the rows it had. One that is over goes, and with it what it says in evaluations and plans.',
          params: idParams,
          response: { 204: z.null(), ...problemResponses },
        },
      },
      async (request, reply) => {
        await backtests.remove(request.params.id, request.caller.benchmarks);
        return reply.code(204).send(null);
      },
    );
  };
}

function toEvent(view: BacktestView) {
  const data = toWireSummary(view);
  if (view.backtest.status === 'pending') return { event: 'progress', data };
  return { event: 'end', id: endOf(view.backtest.id), data };
}

/** What a browser sends back as Last-Event-ID when it reconnects by itself. */
function endOf(id: string): string {
  return `${id}-end`;
}
