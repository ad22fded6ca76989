import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { CallerError, ServerProblem } from './failures.ts';
import { multipartOf, type Upload } from './multipart.ts';

// biome-ignore lint/suspicious/noExplicitAny: the commands read the wire format as any client would
export type Json = any;

/** Parameters of a query; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the commands need of HTTP: JSON, bytes or files out, JSON back, anything but success is an error. */
export interface Client {
  /** For example http://127.0.0.1:8080 */
  readonly address: string;
  get(path: string, query?: Query): Promise<Json>;
  put(path: string, body: unknown): Promise<Json>;
  /** @param body bytes as they are, anything else as JSON */
  post(path: string, body: unknown, options?: PostOptions): Promise<Json>;
  remove(path: string): Promise<void>;
  /** Has the bytes of an answer read as they arrive. */
  download(path: string, read: (bytes: Readable) => Promise<void>): Promise<void>;
  /**
   * Sends files as one request: several as multipart/form-data, one as it is, so that the service can read it on the way.
   * @param onSent told of the bytes of the body that went out so far, of how many (null = not known)
   */
  upload(
    path: string,
    query: Query,
    files: readonly Upload[],
    onSent?: (sent: number, total: number | null) => void,
  ): Promise<Json>;
}

export interface PostOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Body {
  readonly contentType: string;
  readonly length: number | null;
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * @param key sent as `Authorization: Bearer`, and shown nowhere
 * @throws CallerError from every call: the server refuses (ServerProblem), is not there, or is no Benchcast
 */
export function createClient(address: string, key?: string): Client {
  const base = baseOf(address);
  const shown = `${base.origin}${base.pathname.replace(/\/$/, '')}`;

  async function send<Result = Json>(
    method: string,
    path: string,
    query: Query,
    body: Body | null,
    headers: Readonly<Record<string, string>> = {},
    read: (response: IncomingMessage) => Promise<Result> = (response) => answerOf(response, shown),
  ): Promise<Result> {
    const url = new URL(`${shown}${path}${queryText(query)}`);
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    // A connection of its own, so that none is left open when the work is done.
    const request = start(url, { method, agent: false, headers: headersOf(body, key, headers) });
    // Once the answer is there, what becomes of the connection matters no more.
    request.on('error', () => {});
    try {
      return await read(await exchange(request, body));
    } catch (error) {
      throw asConnectionError(error, shown);
    } finally {
      request.destroy();
    }
  }

  return {
    address: shown,
    get: (path, query = {}) => send('GET', path, query, null),
    put: (path, body) => send('PUT', path, {}, bodyOf(body)),
    post: (path, body, { query = {}, headers = {} } = {}) => send('POST', path, query, bodyOf(body), headers),
    async remove(path) {
      await send('DELETE', path, {}, null);
    },
    async download(path, read) {
      await send('GET', path, {}, null, { accept: '*/*' }, async (response) => {
        if (response.statusCode === 200) await read(response);
        else await answerOf(response, shown);
      });
    },
    upload(path, query, files, onSent) {
      const [only] = files;
      const body = files.length === 1 ? wholeBody(only) : multipartOf(files);
      const named = files.length === 1 ? { ...query, filename: only.name } : query;
      return send('POST', path, named, onSent === undefined ? body : countedBody(body, onSent));
    },
  };
}

function baseOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new CallerError(`"${address}" is not an address such as http://127.0.0.1:8080`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new CallerError('the address must hold no user and no password: a key goes in with --key');
  }
  return url;
}

function queryText(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size === 0 ? '' : `?${given}`;
}

function headersOf(
  body: Body | null,
  key: string | undefined,
  more: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    accept: 'application/json',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(body !== null && { 'content-type': body.contentType }),
    ...(body !== null && body.length !== null && { 'content-length': String(body.length) }),
    ...more,
  };
}

function bodyOf(content: unknown): Body {
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
  return { contentType: 'application/json', length: bytes.length, chunks: () => [bytes] };
}

function wholeBody({ size, read }: Upload): Body {
  return { contentType: 'application/octet-stream', length: size, chunks: read };
}

function countedBody(body: Body, onSent: (sent: number, total: number | null) => void): Body {
  return {
    ...body,
    async *chunks() {
      let sent = 0;
      for await (const chunk of body.chunks()) {
        yield chunk;
        sent += chunk.length;
        onSent(sent, body.length);
      }
    },
  };
}

/** Sends the body until its end or until the answer is there: a refusal may come before. */
async function exchange(request: ClientRequest, body: Body | null): Promise<IncomingMessage> {
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  const sent = body === null ? request.end() : sendBody(request, body);
  // Whichever fails first is told below; the other one fails for the same reason.
  answered.catch(() => {});
  if (sent instanceof Promise) await Promise.race([sent, answered]);
  const [response] = await answered;
  return response;
}

async function sendBody(request: ClientRequest, body: Body): Promise<void> {
  const closed = once(request, 'close');
  closed.catch(() => {});
  for await (const chunk of body.chunks()) {
    if (request.destroyed) return;
    if (!request.write(chunk)) await Promise.race([once(request, 'drain'), closed]);
  }
  request.end();
}

async function answerOf(response: IncomingMessage, address: string): Promise<Json> {
  const text = await readText(response);
  const { statusCode: status = 0, statusMessage } = response;
  if (status === 204) return null;
  const document = jsonOf(text);
  if (status >= 200 && status < 300 && document !== undefined) return document;
  if (status >= 400 && isProblem(document)) {
    const { type, title, detail = title, errors = [], request_id: id } = document;
    const sentence = status === 500 && id !== undefined ? `${title}: ${detail} (${id})` : detail;
    throw new ServerProblem(status, String(type).split('/').at(-1) ?? '', sentence, errors);
  }
  throw new CallerError(`${address} answered ${status} ${statusMessage}, and not as Benchcast does`);
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(document: Json | undefined): boolean {
  return typeof document?.title === 'string' && typeof document.type === 'string';
}

const unreachable = new Set([
  'EADDRNOTAVAIL',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

function asConnectionError(error: unknown, address: string): unknown {
  if (error instanceof CallerError) return error;
  const { code = '', message } = error as Error & { code?: string };
  const isTls = /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)|^EPROTO$|^HPE_/.test(code);
  if (!unreachable.has(code) && !isTls) return error;
  return new CallerError(`${address} cannot be reached: ${message || code}`, [], error);
}
