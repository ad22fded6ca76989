import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A connection of which a test has every byte in its hands. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  /** What has come so far. */
  text(): string;
  send(bytes: string | Buffer): void;
  /** Resolves when the other side has closed, with all that came; rejects where that does not happen. */
  closed(milliseconds?: number): Promise<string>;
  /** Resolves when so much of what came matches. */
  received(pattern: RegExp, milliseconds?: number): Promise<string>;
}

const patience = 20_000;

export async function openRaw(
  address: string,
  options: { allowHalfOpen?: boolean } = {},
): Promise<RawClient> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), ...options });
  let text = '';
  let isClosed = false;
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
  });
  await new Promise((resolve) => socket.once('connect', resolve));

  async function until(isSo: () => boolean, milliseconds: number, what: string): Promise<string> {
    const giveUp = performance.now() + milliseconds;
    while (!isSo()) {
      if (performance.now() > giveUp)
        throw new Error(`${what} did not come; there was: ${text.slice(0, 500)}`);
      await delay(10);
    }
    return text;
  }

  return {
    socket,
    text: () => text,
    send: (bytes) => void socket.write(bytes),
    closed: (milliseconds = patience) =>
      until(() => isClosed || socket.readableEnded, milliseconds, 'an end'),
    received: (pattern, milliseconds = patience) =>
      until(() => pattern.test(text), milliseconds, String(pattern)),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** The head of a request, without the empty line after it. */
export function headOf(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${line} HTTP/1.1\r\n${lines.join('')}`;
}
