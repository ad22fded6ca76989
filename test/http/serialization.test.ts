import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkingSerializer, plainSerializer } from '../../src/http/serialization.ts';

const schema = z.object({ name: z.string(), nested: z.object({ score: z.number() }).nullable() });
const route = { schema, method: 'GET', url: '/somewhere' };
const good = { name: 'x', nested: { score: 0.5 } };

describe('answers', () => {
  it('are written as they are', () => {
    expect(plainSerializer(route)(good)).toBe(JSON.stringify(good));
    expect(checkingSerializer(route)(good)).toBe(JSON.stringify(good));
  });

  it.each([
    ['more than their schema knows', { ...good, secret: 1 }],
    ['more than their schema knows, deep down', { name: 'x', nested: { score: 0.5, secret: 1 } }],
    ['something of another type', { name: 1, nested: null }],
    ['less than their schema asks for', { name: 'x' }],
  ])('fail in tests where they say %s', (_, answer) => {
    expect(() => checkingSerializer(route)(answer)).toThrow();
  });
});
