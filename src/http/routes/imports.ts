import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { ImportReport } from '../../services/import-report.ts';
import type { Services } from '../../services/open-services.ts';
import { acceptFiles, fileTypes, formType, isForm, oneFile, withFiles } from '../files.ts';
import { answerOnce } from '../idempotency.ts';
import { documentedAs } from '../openapi.ts';
import {
  importQuery,
  importReport,
  toImportOptions,
  toWireImport,
  uploadFile,
  uploadForm,
} from '../schemas/imports.ts';
import { benchmarkParams } from '../schemas/primitives.ts';
import { problemResponses } from '../schemas/problem.ts';

/** Bodies of files, for the document. */
export const uploadContent = {
  [formType]: documentedAs(uploadForm),
  ...Object.fromEntries(fileTypes.map((type) => [type, documentedAs(uploadFile)])),
};

export function importRoutes({ imports, benchmarks, limits }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    acceptFiles(app);

    app.post(
      '/v1/benchmarks/:benchmark/imports',
      {
        config: { scope: 'write', body: 'upload' },
        schema: {
          operationId: 'importLogs',
          tags: ['Benchmarks and history'],
          summary: 'Add the history in logs of evaluation harnesses, all or nothing',
          description:
            'Logs of lm-evaluation-harness, Inspect, HELM, lighteval, OpenCompass, promptfoo, OpenAI evals and Every Eval Ever, told apart by their content; or one score matrix as CSV, NDJSON, JSON or Parquet. Several files as a form, or a zip or tar.gz of them, up to 4 GiB. `dry_run=true` says what they hold.',
          params: benchmarkParams,
          querystring: importQuery,
          body: { content: uploadContent } as unknown as z.ZodUnknown,
          response: { 200: importReport, ...problemResponses },
        },
      },
      async (request, reply) => {
        const { benchmark } = request.params;
        const { filename } = request.query;
        const options = toImportOptions(request.query);
        // Before gigabytes are received for nothing.
        await benchmarks.get(benchmark);
        const toAnswer = (report: ImportReport) => ({ status: 200, body: toWireImport(report) });
        return answerOnce(request, reply, toAnswer, (seal) =>
          isForm(request)
            ? withFiles(request, filename, limits, (files) => imports.add(benchmark, files, options, seal))
            : imports.addStream(benchmark, filename, oneFile(request, limits), options, seal),
        );
      },
    );
  };
}
