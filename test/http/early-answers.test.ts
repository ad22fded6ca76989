import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openHarness } from '../support/open-harness.ts';

/** More than the buffers on both sides of a connection hold. */
const rest = Buffer.alloc(20_000_000, 'a,1\n');

const cases: readonly (readonly [
  kind: string,
  status: number,
  path: string,
  headers: string,
  start: string | Buffer,
])[] = [
  ['CSV with a wrong cell', 422, 'b/scores', 'content-type: text/csv', 'model,q1\na,yes\n'],
  ['NDJSON with a broken line', 400, 'b/scores', 'content-type: application/x-ndjson', 'nonsense\n'],
  [
    'gzipped CSV with a wrong cell',
    422,
    'b/scores',
    'content-type: text/csv\r\ncontent-encoding: gzip',
    gzipSync(Buffer.concat([Buffer.from('model,q1\na,yes\n'), rest]), { level: 0 }),
  ],
  ['a body that is not gzip', 400, 'b/scores', 'content-type: text/csv\r\ncontent-encoding: gzip', 'model\n'],
  ['an unknown benchmark', 404, 'none/scores', 'content-type: text/csv', 'model,q1\n'],
  [
    'a body that is not gzip for an unknown benchmark',
    404,
    'none/scores',
    'content-type: text/csv\r\ncontent-encoding: gzip',
    'model\n',
  ],
  ['an unknown content type', 415, 'b/scores', 'content-type: text/plain', 'model,q1\n'],
  ['a wrong method', 405, 'b/models', 'content-type: text/csv', 'model,q1\n'],
  ['a body that is too large', 413, 'b/core-sets', 'content-type: application/json', '{}'],
];

async function openConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** Whether the other side takes all of it; many clients read the answer only after that. */
function isTaken(socket: Socket, bytes: Buffer): Promise<boolean> {
  const taken = new Promise<boolean>((resolve) => {
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(true));
    socket.write(bytes, () => resolve(true));
  });
  return Promise.race([taken, sleep(3000, false, { ref: false })]);
}

it.each(
  // Python's http.client says close, and looks for the answer only when it has sent everything.
  cases.flatMap((row) => ['keep-alive', 'close'].map((connection) => [...row, connection] as const)),
)(
  '%s is answered while most of the body is still to come: %i',
  async (_, status, path, headers, start, connection) => {
    await using harness = await openHarness();
    await harness.send('PUT', '/v1/benchmarks/b');
    const { port } = new URL(await harness.app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = await openConnection(Number(port));
    try {
      const body = typeof start === 'string' ? Buffer.concat([Buffer.from(start), rest]) : start;
      const head = `POST /v1/benchmarks/${path} HTTP/1.1\r\nhost: x\r\nconnection: ${connection}\r\n${headers}\r\ncontent-length: ${body.length}\r\n\r\n`;
      const answer = new Promise<string>((resolve) =>
        socket.once('data', (bytes) => resolve(bytes.toString())),
      );
      expect(await isTaken(socket, Buffer.concat([Buffer.from(head), body]))).toBe(true);
      expect(await answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*application/problem\\+json`));
    } finally {
      // A connection whose body nobody reads would keep the application from closing.
      harness.app.server.closeAllConnections();
    }
  },
);
