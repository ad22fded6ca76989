import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Services } from '../../services/open-services.ts';
import { acceptFiles, fileTypes, formType, isForm, oneFile, withFiles } from '../files.ts';
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

export function importRoutes({ imports, benchmarks }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    acceptFiles(app);

    app.post(
      '/v1/benchmarks/:benchmark/imports',
      {
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
      async (request) => {
        const { params, query } = request;
        const options = toImportOptions(query);
        // Before gigabytes are received for nothing.
        await benchmarks.get(params.benchmark);
        const report = isForm(request)
          ? await withFiles(request, query.filename, (files) => imports.add(params.benchmark, files, options))
          : await imports.addStream(params.benchmark, query.filename, oneFile(request), options);
        return toWireImport(report);
      },
    );
  };
}
