import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limitVariable, readConfig, settingNames } from '../../src/config.ts';
import { defaultLimits, type Limits } from '../../src/limits.ts';

function fileText(name: string): string {
  return readFileSync(join(import.meta.dirname, '../..', name), 'utf8');
}

describe('the settings', () => {
  it('are the same in the code, in .env.example, and in the README or docs/limits.md', () => {
    const example = [...fileText('.env.example').matchAll(/^#? ?(BENCHCAST_\w+)=/gm)].map(([, name]) => name);
    const rows = fileText('README.md') + fileText('docs/limits.md');
    const readme = [...rows.matchAll(/^\| `(BENCHCAST_\w+)` \|/gm)].map(([, name]) => name);
    expect(example.sort()).toEqual([...settingNames].sort());
    expect(readme.sort()).toEqual([...settingNames].sort());
  });

  it('have the documented defaults', () => {
    expect(readConfig({})).toEqual({
      limits: defaultLimits(),
      host: '127.0.0.1',
      port: 8080,
      database: 'benchcast.db',
      checkDatabase: 'auto',
      logLevel: 'info',
      allowAnonymous: false,
      corsOrigins: [],
      hstsSeconds: 0,
      minFreeBytes: 256 * 1024 * 1024,
      stopDelay: 0,
      stopTimeout: 10,
    });
  });

  it('have the limits that docs/limits.md and .env.example say', () => {
    const limits = defaultLimits(1e15);
    const rows = [...fileText('docs/limits.md').matchAll(/^\| `(BENCHCAST_\w+)` \| `(\d+)`/gm)];
    const told = Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]));
    const example = [...fileText('.env.example').matchAll(/^# (BENCHCAST_\w+)=(\d+)$/gm)];
    const { maxMemoryBytes: _, ...fixed } = limits;
    const expected = Object.fromEntries(
      Object.entries(fixed).map(([field, value]) => [limitVariable(field as keyof Limits), value]),
    );
    expect(told).toEqual(expected);
    expect(Object.fromEntries(example.map(([, name, value]) => [name, Number(value)]))).toEqual(expected);
  });

  it('have limits that fit a small container', () => {
    const memory = 512 * 1024 * 1024;
    const limits = defaultLimits(memory);
    const kept = ['historyCacheBytes', 'predictorCacheBytes', 'maxImportBytes', 'maxUnsentBytes'] as const;
    expect(kept.reduce((sum, field) => sum + limits[field], 0)).toBeLessThan(limits.maxMemoryBytes);
    expect(limits.maxMemoryBytes).toBeLessThan(memory);
  });

  it('set limits by name', () => {
    const { limits } = readConfig({ BENCHCAST_MAX_UPLOADS: '3', BENCHCAST_RATE_LIMIT: '0' });
    expect(limits).toEqual({ ...defaultLimits(), maxUploads: 3, rateLimit: 0 });
  });

  it('take an empty variable for one that is not set', () => {
    expect(readConfig({ BENCHCAST_PORT: '', BENCHCAST_HOST: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['BENCHCAST_PORT', 'eighty'],
    ['BENCHCAST_PORT', '70000'],
    ['BENCHCAST_PORT', '-1'],
    ['BENCHCAST_PORT', '80.5'],
    ['BENCHCAST_MAX_UPLOADS', '0'],
    ['BENCHCAST_MAX_BODY_BYTES', '1 MiB'],
    ['BENCHCAST_RATE_LIMIT', '-1'],
    ['BENCHCAST_LOG_LEVEL', 'loud'],
    ['BENCHCAST_ALLOW_ANONYMOUS', 'yes'],
  ])('refuse %s=%s by name', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  it('take origins as browsers send them, and nothing that would be everyone', () => {
    const { corsOrigins } = readConfig({
      BENCHCAST_CORS_ORIGINS: 'https://a.example, http://localhost:3000',
    });
    expect(corsOrigins).toEqual(['https://a.example', 'http://localhost:3000']);
    for (const wrong of [
      '*',
      'null',
      'https://a.example/',
      'https://a.example/x',
      'a.example',
      'https://A.example',
    ]) {
      expect(() => readConfig({ BENCHCAST_CORS_ORIGINS: wrong }), wrong).toThrow('BENCHCAST_CORS_ORIGINS');
    }
  });
});
