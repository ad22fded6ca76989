import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig, settingNames } from '../../src/config.ts';

function fileText(name: string): string {
  return readFileSync(join(import.meta.dirname, '../..', name), 'utf8');
}

describe('the settings', () => {
  it('are the same in the code, in .env.example and in the README', () => {
    const example = [...fileText('.env.example').matchAll(/^#? ?(BENCHCAST_\w+)=/gm)].map(([, name]) => name);
    const readme = [...fileText('README.md').matchAll(/^\| `(BENCHCAST_\w+)` \|/gm)].map(([, name]) => name);
    expect(example.sort()).toEqual([...settingNames].sort());
    expect(readme.sort()).toEqual([...settingNames].sort());
  });

  it('have the documented defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      database: 'benchcast.db',
      logLevel: 'info',
      allowAnonymous: false,
    });
  });

  it('take an empty variable for one that is not set', () => {
    expect(readConfig({ BENCHCAST_PORT: '', BENCHCAST_HOST: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['BENCHCAST_PORT', 'eighty'],
    ['BENCHCAST_PORT', '70000'],
    ['BENCHCAST_PORT', '-1'],
    ['BENCHCAST_PORT', '80.5'],
    ['BENCHCAST_LOG_LEVEL', 'loud'],
    ['BENCHCAST_ALLOW_ANONYMOUS', 'yes'],
  ])('refuse %s=%s by name', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('listen on the loopback address %s', (host) => {
    expect(readConfig({ BENCHCAST_HOST: host }).host).toBe(host);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.example.org'])(
    'refuse to listen on %s unless anonymous access is allowed',
    (host) => {
      expect(() => readConfig({ BENCHCAST_HOST: host })).toThrow('BENCHCAST_ALLOW_ANONYMOUS');
      expect(readConfig({ BENCHCAST_HOST: host, BENCHCAST_ALLOW_ANONYMOUS: 'true' }).host).toBe(host);
    },
  );
});
