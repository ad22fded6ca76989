/**
 * A service with the same dependencies and thirty empty routes: what starting takes at least.
 *
 *   node bench/reference/bare-start.ts
 */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { pino } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };

const dependencies = Object.keys(packageJson.dependencies).filter((name) => name !== 'node');
await Promise.all(dependencies.map((name) => import(name)));
const app = Fastify({ loggerInstance: pino() });
for (let route = 0; route < 30; route++) app.get(`/route-${route}`, async () => ({}));
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as AddressInfo;
app.log.info({ address: `http://127.0.0.1:${port}` }, 'listening');
process.on('SIGTERM', () => app.close());
