import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { followEvents } from '../../src/dashboard/api/events.ts';
import { giveKey } from '../../src/dashboard/api/key.ts';

const servers: { close(): void; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  giveKey(null);
});

/** Answers with these pieces of an event stream, and says with which headers it was asked. */
async function serve(pieces: readonly string[], status = 200) {
  const asked: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    asked.push(request.headers);
    response.writeHead(status, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((done) => setTimeout(done, 5));
    }
    response.end();
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

async function collect(url: string) {
  const events = [];
  for await (const event of followEvents(url, new AbortController().signal)) events.push(event);
  return events;
}

it('reads events wherever the stream is cut, and passes over comments', async () => {
  const text = ': hello\n\nevent: progress\ndata: {"progress": 0.5}\n\nid: 7\nevent: end\ndata: {"é": 1}\n\n';
  const expected = [
    { event: 'progress', data: '{"progress": 0.5}' },
    { event: 'end', data: '{"é": 1}' },
  ];
  for (const size of [1, 7, 1000]) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g'))!;
    expect(await collect((await serve(pieces)).url)).toEqual(expected);
  }
});

it('sends the key', async () => {
  giveKey('secret');
  const { url, asked } = await serve(['data: x\n\n']);
  expect(await collect(url)).toEqual([{ event: 'message', data: 'x' }]);
  expect(asked[0]).toMatchObject({ authorization: 'Bearer secret', accept: 'text/event-stream' });
});

it('ends where there is nothing to follow', async () => {
  expect(await collect((await serve(['data: x\n\n'], 404)).url)).toEqual([]);
});
