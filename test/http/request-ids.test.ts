import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { openHarness } from '../support/open-harness.ts';

const generated = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function linesOf(headers: Record<string, string>, url = '/v1/benchmarks') {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  await using harness = await openHarness(':memory:', {}, { logger });
  const reply = await harness.send('GET', url, undefined, headers);
  return { reply, lines: lines.map((line) => JSON.parse(line)) };
}

describe('the id of a request', () => {
  it.each(['a', 'req-1', 'A.b_c:d/e+f=g@h', 'x'.repeat(128), '__proto__'])(
    'is the one that the client gives: %s',
    async (id) => {
      const { reply, lines } = await linesOf({ 'x-request-id': id });
      expect(reply.headers['x-request-id']).toBe(id);
      expect(lines.at(-1)).toMatchObject({ request_id: id, msg: 'answered' });
    },
  );

  it.each(['', ' ', 'a b', 'x'.repeat(129), 'a"b', 'a<b>', 'é', 'a,b', '$'])(
    'is made where that is missing or not harmless: "%s"',
    async (id) => {
      const { reply } = await linesOf({ 'x-request-id': id });
      expect(reply.headers['x-request-id']).toMatch(generated);
    },
  );

  it('stands in problems as well', async () => {
    const { reply } = await linesOf({ 'x-request-id': 'mine' }, '/v1/benchmarks/none');
    expect(reply.json.request_id).toBe('mine');
  });
});

describe('a trace that a request belongs to', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const span = '00f067aa0ba902b7';

  it('is noted in the log', async () => {
    const { lines } = await linesOf({ traceparent: `00-${trace}-${span}-01` });
    expect(lines.at(-1)).toMatchObject({ trace_id: trace, parent_id: span });
  });

  it.each([
    ['of the version that is none', `ff-${trace}-${span}-01`],
    ['without a trace', `00-${'0'.repeat(32)}-${span}-01`],
    ['without a span', `00-${trace}-${'0'.repeat(16)}-01`],
    ['in capitals', `00-${trace.toUpperCase()}-${span}-01`],
    ['cut off', `00-${trace}`],
    ['of something else', 'x'.repeat(500)],
  ])('is not noted %s', async (_, traceparent) => {
    const { lines } = await linesOf({ traceparent });
    expect(lines.at(-1)).not.toHaveProperty('trace_id');
    expect(lines.at(-1)).not.toHaveProperty('parent_id');
  });
});
