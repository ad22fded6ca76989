/**
 * The least a service of this kind can do: check the body of an evaluation, insert one row of about the same size into
 * the same kind of database, answer. And send back bytes it was given. The rate of the real service is held against it.
 *
 *   node bench/reference/bare-server.ts <database> <bytes of a row>
 */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Sqlite from 'better-sqlite3';
import closeWithGrace from 'close-with-grace';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { pino } from 'pino';
import { z } from 'zod';

const [path, rowBytes] = process.argv.slice(2);
const database = new Sqlite(path);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE evaluations (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT');
const insert = database.prepare<[string, string]>('INSERT INTO evaluations (id, body) VALUES (?, ?)');

const logger = pino({ level: 'info' });
const app = Fastify({ loggerInstance: logger }).withTypeProvider<ZodTypeProvider>();
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);

const name = z.string().min(1).max(255);
const body = z.strictObject({
  model: name,
  results: z.array(z.strictObject({ item: name, score: z.number() })).min(1),
});
app.post(
  '/evaluations',
  { schema: { body, response: { 201: z.object({ id: z.string() }) } } },
  (request, reply) => {
    const id = randomUUID();
    insert.run(id, JSON.stringify(request.body).slice(0, Number(rowBytes)).padEnd(Number(rowBytes)));
    reply.code(201).send({ id });
  },
);

const kept = new Map<string, Buffer>();
const params = z.object({ key: z.string() });
app.addContentTypeParser(
  'application/octet-stream',
  { parseAs: 'buffer', bodyLimit: 2 ** 30 },
  (_request, body, done) => done(null, body),
);
app.put('/kept/:key', { schema: { params } }, (request, reply) => {
  kept.set(request.params.key, request.body as Buffer);
  reply.code(204).send();
});
app.get('/kept/:key', { schema: { params } }, (request, reply) => {
  reply.type('application/json; charset=utf-8').send(kept.get(request.params.key));
});

await app.listen({ host: '127.0.0.1', port: 0 });
logger.info({ address: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` }, 'listening');
closeWithGrace({ delay: 5000 }, async () => {
  await app.close();
  database.close();
});
