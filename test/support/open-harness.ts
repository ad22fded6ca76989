import type { FastifyInstance } from 'fastify';
import { type AppOptions, buildApp } from '../../src/http/app.ts';
import { defaultLimits, type Limits } from '../../src/limits.ts';
import { openServices, type Services } from '../../src/services/open-services.ts';

/** The real services and the real application on a database of their own; closed at the end of the scope. */
export interface Harness extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly services: Services;
  /** Sends a request without a network; a body that is not a string or Buffer goes as JSON. */
  send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Reply>;
}

/** All that most helpers need: a harness, or a service somewhere else. */
export type Sender = Pick<Harness, 'send'>;

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
  readonly json: any;
}

/** That tests keep the machine busy is no overload of the service. */
const testLimits = { maxEventLoopDelay: 60_000 };

/** @param limits those that differ from the defaults */
export async function openHarness(
  database = ':memory:',
  limits: Partial<Limits> = {},
  options: AppOptions = {},
): Promise<Harness> {
  const services = openServices(database, undefined, {
    limits: { ...defaultLimits(), ...testLimits, ...limits },
    ...(options.metrics && { onAnswer: options.metrics.onAnswer }),
  });
  const app = await buildApp(services, { checkAnswers: true, ...options });
  await app.ready();
  return {
    app,
    services,
    async send(method, url, body, headers = {}) {
      const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
      const response = await app.inject({
        method,
        url,
        headers: isRaw ? headers : { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { payload: isRaw ? (body as string) : JSON.stringify(body) }),
      });
      const isJson = String(response.headers['content-type']).includes('json');
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        json:
          isJson && response.body !== '' && !String(response.headers['content-type']).includes('ndjson')
            ? response.json()
            : undefined,
      };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await services.close();
    },
  };
}
