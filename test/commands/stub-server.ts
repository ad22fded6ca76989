import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface StubAnswer {
  readonly status?: number;
  /** A string as it is, anything else as JSON. */
  readonly body: unknown;
}

export interface StubServer extends AsyncDisposable {
  readonly address: string;
  readonly requests: readonly RecordedRequest[];
}

/** A server on loopback that records what it is sent, and answers as it is told. */
export async function startStub(answer: (request: RecordedRequest) => StubAnswer): Promise<StubServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url!, 'http://stub');
    const request = {
      method: incoming.method!,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      body: await buffer(incoming),
    };
    requests.push(request);
    const { status = 200, body } = answer(request);
    outgoing.statusCode = status;
    outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A problem document as the service writes it. */
export function problem(status: number, code: string, detail: string, errors?: object[]): StubAnswer {
  const body = { type: `/problems/${code}`, title: 'A title', status, detail, instance: '/x', errors };
  return { status, body };
}

/** The files of a body of multipart/form-data by name, read by another implementation than the one under test. */
export async function filesOf({ body, headers }: RecordedRequest): Promise<[name: string, text: string][]> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type']! },
  }).formData();
  return Promise.all(
    form.getAll('file').map(async (file): Promise<[string, string]> => {
      if (typeof file === 'string') throw new Error('a field without a file name');
      return [file.name, await file.text()];
    }),
  );
}
