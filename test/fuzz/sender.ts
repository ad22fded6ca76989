import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Shot {
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ShotSender extends Disposable {
  send(shot: Shot): Promise<Answer>;
}

const maxMilliseconds = 30_000;

/** Plain HTTP over one connection that is kept, so that nothing is tidied up on the way. */
export function createSender(address: string): ShotSender {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = new URL(address);
  return {
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const length = body === null ? {} : { 'content-length': String(body.length) };
        const options = { hostname, port, method, path, agent, timeout: maxMilliseconds };
        const sent = request({ ...options, headers: { ...headers, ...length } as never }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        });
        sent.on('timeout', () => sent.destroy(new Error(`no answer in ${maxMilliseconds} ms`)));
        sent.on('error', reject);
        sent.end(body ?? undefined);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
