import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/commands/client.ts';
import type { Upload } from '../../src/commands/multipart.ts';
import { filesOf, problem, startStub } from './stub-server.ts';

const key = 'bc-a-key-nobody-else-has';

function endless(name: string): Upload {
  return {
    name,
    size: null,
    async *read() {
      const chunk = Buffer.alloc(65_536, 'x');
      for (;;) yield chunk;
    },
  };
}

/** A port where nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the client', () => {
  it('sends JSON, parameters and the key, and reads JSON', async () => {
    await using stub = await startStub(() => ({ body: { fine: true } }));
    const client = createClient(`${stub.address}/`, key);
    expect(client.address).toBe(stub.address);
    const query = { level: 0.9, methods: 'a,b', none: undefined };
    expect(await client.post('/v1/things', { a: 'é' }, { query })).toEqual({ fine: true });
    const [request] = stub.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v1/things',
      query: { level: '0.9', methods: 'a,b' },
    });
    expect(request.headers).toMatchObject({
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
    });
    expect(JSON.parse(request.body.toString())).toEqual({ a: 'é' });
  });

  it('goes below the path of its address, and sends no key where there is none', async () => {
    await using stub = await startStub(() => ({ body: {} }));
    await createClient(`${stub.address}/benchcast/`).get('/v1/x');
    expect(stub.requests[0].path).toBe('/benchcast/v1/x');
    expect(stub.requests[0].headers).not.toHaveProperty('authorization');
  });

  it('uploads one file as it is, several as a form, whose length it announces where it can', async () => {
    await using stub = await startStub(() => ({ body: {} }));
    const known: Upload = {
      name: 'a/b.csv',
      size: 3,
      read: async function* () {
        yield Buffer.from('1,2');
      },
    };
    let sent = 0;
    const client = createClient(stub.address);
    await client.upload('/v1/up', { model: 'm' }, [known], (bytes) => {
      sent = bytes;
    });
    await client.upload('/v1/up', {}, [known, { ...known, name: 'c', size: null }]);
    const [first, second] = stub.requests;
    expect(first.query).toEqual({ model: 'm', filename: 'a/b.csv' });
    expect(first.headers).toMatchObject({
      'content-length': '3',
      'content-type': 'application/octet-stream',
    });
    expect(sent).toBe(3);
    expect(first.body.toString()).toBe('1,2');
    expect(second.headers['transfer-encoding']).toBe('chunked');
    expect(await filesOf(second)).toEqual([
      ['a/b.csv', '1,2'],
      ['c', '1,2'],
    ]);
  });

  it('stops sending when the answer is there before the end', async () => {
    const body = JSON.stringify({
      type: '/problems/too-large',
      title: 'too large',
      status: 413,
      detail: 'no room',
    });
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.resume();
      socket.write(`HTTP/1.1 413 Too Large\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(client.upload('/v1/up', {}, [endless('x')])).rejects.toMatchObject({
      message: 'no room',
      status: 413,
      code: 'too-large',
    });
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  it('makes an error with its places of a problem document', async () => {
    const errors = [{ path: 'results.3.score', message: 'must be a number' }];
    await using stub = await startStub(() =>
      problem(422, 'invalid-request', 'the body is not valid', errors),
    );
    await expect(createClient(stub.address).get('/v1/x')).rejects.toMatchObject({
      message: 'the body is not valid',
      code: 'invalid-request',
      status: 422,
      issues: errors,
    });
  });

  it('gives the id under which a server logged its own failure', async () => {
    const body = {
      type: '/problems/internal-error',
      title: 'It failed',
      detail: 'it was logged',
      request_id: 'r-1',
    };
    await using stub = await startStub(() => ({ status: 500, body }));
    await expect(createClient(stub.address).get('/v1/x')).rejects.toThrow('It failed: it was logged (r-1)');
  });

  it('says that a server cannot be reached, and where', async () => {
    const address = `http://127.0.0.1:${await closedPort()}`;
    await expect(createClient(address, key).get('/v1/x')).rejects.toThrow(
      new RegExp(`^${address} cannot be reached: .*ECONNREFUSED`),
    );
    const lost: Upload = {
      name: 'x',
      size: 1,
      read: async function* () {
        yield Buffer.from('x');
      },
    };
    await expect(createClient(address).upload('/v1/x', {}, [lost])).rejects.toThrow('cannot be reached');
  });

  it('says that a server is no Benchcast', async () => {
    await using stub = await startStub(() => ({ status: 502, body: '<html>Bad gateway</html>' }));
    await expect(createClient(stub.address).get('/v1/x')).rejects.toThrow(
      `${stub.address} answered 502 Bad Gateway, and not as Benchcast does`,
    );
  });

  it('tells a failing file as that', async () => {
    await using stub = await startStub(() => ({ body: {} }));
    const broken: Upload = {
      name: 'x',
      size: 10,
      // biome-ignore lint/correctness/useYield: it fails before
      async *read() {
        throw new Error('the disk is on fire');
      },
    };
    await expect(createClient(stub.address).upload('/v1/x', {}, [broken])).rejects.toThrow(
      'the disk is on fire',
    );
  });

  it.each(['localhost:8080', 'ftp://example.org', 'nonsense', ''])('refuses %j as an address', (address) => {
    expect(() => createClient(address)).toThrow('is not an address such as');
  });

  it('takes no password in an address', () => {
    expect(() => createClient('http://me:secret@127.0.0.1:1')).toThrow(/^(?!.*secret).*--key/);
  });
});
