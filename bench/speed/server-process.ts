import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { nodeOptions } from '../../test/support/spawn-service.ts';
import { packagedEntry } from './package.ts';

/** A server in a process of its own, so that it shares no thread with the load. */
export interface ServerProcess extends AsyncDisposable {
  readonly address: string;
  readonly pid: number;
}

const root = join(import.meta.dirname, '../..');

/** The service, as its package runs it. @param variables of its environment, besides */
export function startOurs(
  database: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startServer(packagedEntry(), ['serve'], {
    ...variables,
    BENCHCAST_HOST: '127.0.0.1',
    BENCHCAST_PORT: '0',
    BENCHCAST_DATABASE: database,
    BENCHCAST_LOG_LEVEL: 'info',
    // How fast it is, not how fast one may ask.
    BENCHCAST_RATE_LIMIT: '0',
  });
}

/** @param rowBytes what an insert writes */
export function startBare(database: string, rowBytes: number): Promise<ServerProcess> {
  return startServer(join(root, 'bench/reference/bare-server.ts'), [database, String(rowBytes)]);
}

/** @param script logs a JSON line with `address` when it listens, and a line per request afterwards */
export async function startServer(
  script: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...nodeOptions, script, ...args], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await addressOf(child.stdout);
  if (address === undefined) throw new Error(`${script} ended before it listened`);
  // A full pipe would stop the server at its next log line.
  child.stdout.resume();
  return { address, pid: child.pid!, [Symbol.asyncDispose]: () => stop(child) };
}

async function addressOf(stdout: Readable): Promise<string | undefined> {
  for await (const line of createInterface({ input: stdout })) {
    const { address } = JSON.parse(line) as { address?: string };
    if (address !== undefined) return address;
  }
  return undefined;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Sends a request and reads the answer. Large bodies are sent as they lie in memory. @throws Error unless it is a success */
export async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<string> {
  const payload = body instanceof Uint8Array || body === undefined ? body : JSON.stringify(body);
  const outgoing = request(url, { method, headers: payload === undefined ? {} : headers });
  outgoing.end(payload);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const answer = await text(response);
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299)
    throw new Error(`${method} ${url} answered ${statusCode}: ${answer}`);
  return answer;
}
