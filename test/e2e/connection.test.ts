import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { spawnService } from '../support/spawn-service.ts';

async function sendBytes(address: string, text: string): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('what never becomes a request', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed-request'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
  ])('is answered as a problem: %s', async (_what, bytes, status, code) => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    const [head, body] = (await sendBytes(service.address, bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('content-type: application/problem+json');
    expect(head).toContain('x-content-type-options: nosniff');
    expect(head).not.toMatch(/^(server|x-powered-by):/im);
    expect(JSON.parse(body)).toMatchObject({ type: `/problems/${code}`, status });
    expect((await fetch(`${service.address}/livez`)).status).toBe(200);
  });
});
