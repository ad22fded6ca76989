import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Services } from '../../services/open-services.ts';
import { problemResponses } from '../schemas/problem.ts';

const databaseType = 'application/vnd.sqlite3';

export function backupRoutes({ backups }: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/admin/backup',
      {
        config: { scope: 'admin', reach: 'all', stream: 'export' },
        // Each would make one, to no purpose.
        exposeHeadRoute: false,
        compress: false,
        schema: {
          operationId: 'backup',
          tags: ['Service'],
          summary: 'Back up the whole database, as it is at one moment',
          description:
            'An SQLite file, checked before it is sent, that holds every write acknowledged before; requests go on meanwhile. One at a time: 503 with `Retry-After` while another one is made. It holds the digests of the keys, but no key. `benchcast restore` puts it in place.',
          response: {
            200: {
              description: 'The database.',
              content: { [databaseType]: { schema: z.string().meta({ format: 'binary' }) } },
            },
            ...problemResponses,
          },
        },
      },
      async (_request, reply) => {
        const { bytes, stream } = await backups.make();
        const day = new Date().toISOString().slice(0, 10);
        return reply
          .type(databaseType)
          .header('content-length', String(bytes))
          .header('content-disposition', `attachment; filename="benchcast-${day}.db"`)
          .header('cache-control', 'no-store')
          .send(stream() as never);
      },
    );
  };
}
