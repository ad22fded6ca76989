import { setTimeout as delay } from 'node:timers/promises';
import { headOf, openRaw } from '../support/raw-client.ts';
import type { Caller } from './caller.ts';
import { historyCsv } from './history.ts';
import { type Client, wideBenchmark } from './honest-clients.ts';

const body = historyCsv();
const imports = `POST /v1/benchmarks/imported-0`;

/** Sends a head and a part of what it announced, and goes on with the connection. */
async function begin(
  { address }: Caller,
  line: string,
  headers: Record<string, string>,
  part: string,
): Promise<Awaited<ReturnType<typeof openRaw>>> {
  const client = await openRaw(address);
  client.send(`${headOf(line, headers)}\r\n${part}`);
  return client;
}

function announced(type: string, length: number): Record<string, string> {
  return { 'content-type': type, 'content-length': String(length) };
}

/** Sends half of an upload and is gone: by turns a CSV that is read on its way, a form, an archive. */
export const aborter: Client = (caller) => {
  let count = 0;
  const form = `--X\r\ncontent-disposition: form-data; name="f"; filename="a.csv"\r\n\r\n${body}`;
  const starts: readonly (readonly [string, string, string])[] = [
    [`${imports}/scores?on_conflict=replace`, 'text/csv', body],
    [`${imports}/imports?on_conflict=replace`, 'multipart/form-data; boundary=X', form],
    [`${imports}/imports?on_conflict=replace`, 'application/zip', `PK\x03\x04${body}`],
  ];
  return async () => {
    const [line, type, whole] = starts[count++ % starts.length];
    using client = await begin(caller, line, announced(type, whole.length), whole.slice(0, whole.length / 2));
    await delay(50 + 100 * Math.random());
    if (count % 2 === 0) client.socket.resetAndDestroy();
    await delay(500);
  };
};

/** Sends a byte now and then, until it is cut off. */
export const trickler: Client = (caller) => async () => {
  using client = await begin(caller, `${imports}/scores`, announced('text/csv', 1_000_000), 'model,q1\n');
  while (!caller.signal.aborted && !client.socket.destroyed && !client.socket.readableEnded) {
    client.send('x');
    await delay(200);
  }
};

/** Asks for an export, and takes a little of it now and then, until it is cut off. */
export const sipper: Client = (caller) => async () => {
  using client = await begin(caller, `GET /v1/benchmarks/${wideBenchmark}/scores`, {}, '');
  client.socket.pause();
  while (!caller.signal.aborted && !client.socket.destroyed && !client.socket.readableEnded) {
    client.socket.read(64);
    await delay(200);
  }
};

/** Asks for an export and is gone. */
export const leaver: Client = (caller) => async () => {
  using client = await begin(caller, `GET /v1/benchmarks/${wideBenchmark}/scores`, {}, '');
  await delay(20 + 50 * Math.random());
  client.socket.resetAndDestroy();
  await delay(500);
};

/** Sends headers that never end, opens connections for nothing, and speaks nonsense. */
export const babbler: Client = (caller) => async () => {
  using _silent = await openRaw(caller.address);
  using slow = await begin(caller, 'GET /livez', { x: 'y' }, '');
  using nonsense = await openRaw(caller.address);
  nonsense.send('\x16\x03\x01 nonsense\r\n\r\n');
  slow.socket.write('x: ');
  await delay(2000);
};
