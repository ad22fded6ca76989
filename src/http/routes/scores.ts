import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Limits } from '../../limits.ts';
import type { Services } from '../../services/open-services.ts';
import type { ExportFormat, ScoreBody } from '../../services/scores.ts';
import type { MergeOutcome } from '../../storage/scores.ts';
import { HttpError } from '../http-error.ts';
import { answerOnce } from '../idempotency.ts';
import { documentedAs } from '../openapi.ts';
import { benchmarkParams } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';
import {
  csvScores,
  mergeOutcome,
  ndjsonScores,
  scoreMatrix,
  scoresQuery,
  toWireOutcome,
} from '../schemas/scores.ts';
import { limitedBytes } from '../streams.ts';

const mediaTypes: Readonly<Record<string, ScoreBody['format']>> = {
  'application/json': 'json',
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
};

const exportTypes: Readonly<Record<string, ExportFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
};

export function scoreRoutes({ scores, limits }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.addContentTypeParser(['text/csv', 'application/x-ndjson'], (request, payload, done) => {
      const charset = /charset=["']?([^;"']+)/i.exec(request.headers['content-type'] ?? '')?.[1];
      const isUtf8 = charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset.trim());
      if (isUtf8) done(null, payload);
      else done(new HttpError('unsupported-media-type', `the charset ${charset} is not taken, utf-8 is`));
    });

    app.post(
      '/v1/benchmarks/:benchmark/scores',
      {
        config: { scope: 'write', body: 'results' },
        schema: {
          operationId: 'addScores',
          tags: ['Benchmarks and history'],
          summary: 'Add scores to the history, all or nothing',
          description:
            'Also with `Content-Encoding: gzip`. CSV and NDJSON are read as they arrive, up to 4 GiB; a JSON matrix up to 32 MiB, both after decompression.',
          params: benchmarkParams,
          querystring: scoresQuery,
          body: {
            content: {
              'application/json': documentedAs(scoreMatrix),
              'text/csv': documentedAs(csvScores),
              'application/x-ndjson': documentedAs(ndjsonScores),
            },
          } as unknown as z.ZodUnknown,
          response: { 200: mergeOutcome, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { params, query } = request;
        const body = toScoreBody(request, limits);
        const toAnswer = (outcome: MergeOutcome) => ({ status: 200, body: toWireOutcome(outcome) });
        return answerOnce(request, reply, toAnswer, (seal) =>
          scores.add(params.benchmark, body, query.on_conflict, seal),
        );
      },
    );

    app.get(
      '/v1/benchmarks/:benchmark/scores',
      {
        config: { scope: 'read', stream: 'export' },
        // Digits pack well at any level, and ten times as fast at this one.
        compress: { encodings: ['gzip', 'identity'], zlibOptions: { level: 1 } },
        schema: {
          operationId: 'exportScores',
          tags: ['Benchmarks and history'],
          summary: 'Export the history',
          description:
            'As `Accept` asks for: `text/csv` (the default) or `application/x-ndjson`. What is exported imports again to the same matrix.',
          params: benchmarkParams,
          response: {
            200: {
              description: 'The scores of every model.',
              content: {
                'text/csv': { schema: csvScores },
                'application/x-ndjson': { schema: ndjsonScores },
              },
            },
            ...problemResponses,
          },
        },
      },
      async (request, reply) => {
        const type = request.accepts().type(Object.keys(exportTypes));
        if (typeof type !== 'string') {
          throw new HttpError(
            'not-acceptable',
            `scores are to be had as ${Object.keys(exportTypes).join(' or ')}`,
          );
        }
        const pieces = await scores.export(request.params.benchmark, exportTypes[type]);
        return reply
          .type(`${type}; charset=utf-8`)
          .send(Readable.from(pieces, { objectMode: false }) as never);
      },
    );
  };
}

function toScoreBody(request: FastifyRequest, { maxUploadBytes }: Limits): ScoreBody {
  const format = mediaTypes[request.mediaType ?? ''];
  if (format === undefined) {
    throw new HttpError('unsupported-media-type', `send scores as ${Object.keys(mediaTypes).join(', ')}`);
  }
  return format === 'json'
    ? { format, value: request.body }
    : { format, bytes: limitedBytes(request.body as Readable, maxUploadBytes) };
}
