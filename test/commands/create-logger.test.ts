import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/commands/create-logger.ts';
import { formatKey, newKeyText } from '../../src/services/key-text.ts';

function logged(object: object, message = 'something'): string {
  let line = '';
  createLogger('info', {
    write(text: string) {
      line += text;
    },
  }).info(object, message);
  return line;
}

describe('the log', () => {
  it.each([
    ['at the top', { authorization: 'Bearer s3cret' }],
    ['deep down', { a: { b: { c: { Authorization: 'Bearer s3cret' } } } }],
    ['with quotes and backslashes', { headers: { authorization: 'a "quoted\\" s3cret' } }],
    ['in a list', { headers: { cookie: ['s3cret=1', 's3cret=2'] } }],
  ])('holds no secret %s', (_, object) => {
    const line = logged({ ...object, kept: 'yes' });
    expect(line).not.toContain('s3cret');
    expect(JSON.parse(line)).toMatchObject({ kept: 'yes', msg: 'something' });
    expect(line).toContain('[Redacted]');
  });

  it('holds no key, whatever it is a part of', () => {
    const key = formatKey(newKeyText());
    const line = logged({ url: `/v1/benchmarks/${key}` }, `refused ${key}`);
    expect(line).not.toContain(key);
    expect(JSON.parse(line).msg).toMatch(/^refused bck_[0-9a-f]{16}_\.\.\.$/);
  });
});
