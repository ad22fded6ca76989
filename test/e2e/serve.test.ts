import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { outcomeOf, runMain, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const csv = 'model,q1,q2,q3\nm1,1,0,1\nm2,0,0,1\n';

async function importCsv(address: string): Promise<number> {
  await fetch(`${address}/v1/benchmarks/b`, { method: 'PUT' });
  const response = await fetch(`${address}/v1/benchmarks/b/scores`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: csv,
  });
  return response.status;
}

describe('the service as a process', () => {
  it('logs the address it listens on as one JSON line, and only one', async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    expect(service.lines).toHaveLength(1);
    const line = JSON.parse(service.lines[0]);
    expect(line).toMatchObject({ msg: 'listening', address: service.address });
    expect(service.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${service.address}/readyz`)).status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops cleanly on %s and keeps what it acknowledged',
    async (signal) => {
      using folder = temporaryFolder();
      const database = folder.path('a.db');
      await using first = await spawnService({ BENCHCAST_DATABASE: database });
      expect(await importCsv(first.address)).toBe(200);
      expect(await first.end(signal)).toBe(0);

      await using second = await spawnService({ BENCHCAST_DATABASE: database });
      expect(await (await fetch(`${second.address}/v1/benchmarks/b/scores`)).text()).toBe(csv);
    },
  );

  it('hears a signal that is sent the moment it says that it listens', { timeout: 60_000 }, async () => {
    // All at once: where cores are short, whoever writes a line is often set aside before what comes after it.
    const codes = await Promise.all(
      Array.from({ length: 12 }, async () => {
        await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
        return await service.end('SIGTERM');
      }),
    );
    expect(codes).toEqual(codes.map(() => 0));
  });

  it('finishes a request that is under way when it is told to stop', async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    await importCsv(service.address);
    const { hostname, port } = new URL(service.address);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const rest = 'm3,1,1\n';
    const start = 'model,q1,q2\n';
    socket.write(
      `POST /v1/benchmarks/b/scores HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: ${start.length + rest.length}\r\n\r\n${start}`,
    );
    await delay(200);
    const ended = service.end('SIGTERM');
    await delay(200);
    socket.write(rest);
    expect(await ended).toBe(0);
    expect(answer).toMatch(/^HTTP\/1.1 200/);
  });

  it('says in one sentence that its port is taken', async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    const { port } = new URL(service.address);
    const child = runMain(['serve'], { BENCHCAST_PORT: port, BENCHCAST_DATABASE: ':memory:' });
    const { code, err } = await outcomeOf(child);
    expect(code).toBe(1);
    expect(err.trim()).toMatch(/^benchcast: cannot listen on .*EADDRINUSE[^\n]*$/);
  });

  it('keeps what it acknowledged when it is killed', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    await using first = await spawnService({ BENCHCAST_DATABASE: database });
    expect(await importCsv(first.address)).toBe(200);
    await first.end('SIGKILL');

    await using second = await spawnService({ BENCHCAST_DATABASE: database });
    expect(await (await fetch(`${second.address}/v1/benchmarks/b/scores`)).text()).toBe(csv);
  });

  it('leaves nothing of an import that is killed half-way', async () => {
    using folder = temporaryFolder();
    const database = folder.path('a.db');
    await using first = await spawnService({ BENCHCAST_DATABASE: database });
    await importCsv(first.address);
    const { hostname, port } = new URL(first.address);
    const socket = connect(Number(port), hostname).on('error', () => {});
    socket.write(
      `POST /v1/benchmarks/b/scores HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\nmodel,q1,q4\nm3,1,1\n`,
    );
    await delay(200);
    await first.end('SIGKILL');
    socket.destroy();

    await using second = await spawnService({ BENCHCAST_DATABASE: database });
    expect(await (await fetch(`${second.address}/v1/benchmarks/b/scores`)).text()).toBe(csv);
  });

  it('answers an early error to a client that is still sending', async () => {
    await using service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    await importCsv(service.address);
    const rows = Array.from({ length: 200_000 }, (_, k) => `n${k},1,0,1`);
    const response = await fetch(`${service.address}/v1/benchmarks/b/scores`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: ['model,q1,q2,q3', 'x,1,0,maybe', ...rows].join('\n'),
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ path: 'line 2, column q3' }] });
    expect(await (await fetch(`${service.address}/v1/benchmarks/b/scores`)).text()).toBe(csv);
  });

  it('refuses an address that others can reach, in one plain sentence', async () => {
    const { code, out, err } = await outcomeOf(
      runMain(['serve'], { BENCHCAST_HOST: '0.0.0.0', BENCHCAST_PORT: '0' }),
    );
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('BENCHCAST_ALLOW_ANONYMOUS=true');
  });

  it('listens on any address when anonymous access is allowed', async () => {
    await using service = await spawnService({
      BENCHCAST_DATABASE: ':memory:',
      BENCHCAST_HOST: '0.0.0.0',
      BENCHCAST_ALLOW_ANONYMOUS: 'true',
    });
    const { port } = new URL(service.address);
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  });

  it('names an unknown command', async () => {
    const { code, err } = await outcomeOf(runMain(['frobnicate']));
    expect(code).toBe(2);
    expect(err).toContain("unknown command 'frobnicate'");
  });

  it('names an unknown flag, and explains itself when asked', async () => {
    const refused = await outcomeOf(runMain(['serve', '--prot=1']));
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--prot');
    const helped = await outcomeOf(runMain(['--help']));
    expect(helped).toMatchObject({ code: 0, out: expect.stringContaining('Usage: benchcast') });
  });
});
