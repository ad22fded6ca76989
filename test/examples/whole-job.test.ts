import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples, hasPrograms, makeLogs, runExample } from '../support/examples.ts';
import { root } from '../support/recordings.ts';
import { type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hasPython = hasPrograms('python3');
const hasRequests = spawnSync('python3', ['-c', 'import requests']).status === 0;
const standIns = { PYTHONPATH: join(root, 'test/support/python-stand-ins') };

describe.skipIf(!hasPython)('the whole job', () => {
  const folder = temporaryFolder();
  let service: SpawnedService;

  beforeAll(async () => {
    service = await spawnService({ BENCHCAST_DATABASE: ':memory:' });
    await makeLogs(folder.path('history'), '--models', 12, '--items', 60);
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** A folder to work in with the logs of the history in it, so that none makes its own. */
  function workspace(name: string): string {
    mkdirSync(folder.path(name));
    symlinkSync(folder.path('history'), folder.path(`${name}/history`));
    return folder.path(name);
  }

  function runPython(script: string, name: string, words: string[] = [], environment = {}) {
    const all = [
      join(examples, 'python', script),
      '--benchmark',
      name,
      '--folder',
      workspace(name),
      ...words,
    ];
    return runExample('python3', all, { BENCHCAST_URL: service.address, ...environment });
  }

  /** The core set is drawn with a seed, so all ways lead to the same estimate. */
  const aipw = /^ {2}aipw +(0\.\d{3}) +(0\.\d{3}) to (0\.\d{3})$/m;
  const whole = 'acme/new-7b: run on 60 of 180 items\n';

  async function expected(): Promise<string> {
    const response = await fetch(`${service.address}/v1/benchmarks/zip/evaluations`);
    // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
    const { data }: any = await response.json();
    const [{ method, estimate, interval }] = data[0].estimates;
    expect(method).toBe('aipw');
    return [estimate, interval.lower, interval.upper].map((value: number) => value.toFixed(3)).join(' ');
  }

  it('goes with the standard library and a zip', async () => {
    const { code, out, err } = await runPython('whole_job.py', 'zip');
    expect([err, code]).toEqual(['', 0]);
    expect(out).toMatch(/^question: task made_stories has exact_match by several filters/);
    expect(out).toContain('imported: 12 models, 2160 scores\n');
    expect(out).toMatch(/^to run: lm_eval run .* --tasks made_series,made_stories,made_sums --samples cs_/m);
    expect(out).toContain(whole);
    expect(out).toMatch(/^ {2}random-sampling-learn .*no interval is known/m);
    expect(out).toMatch(/^ {2}recommended: /m);
    expect(aipw.exec(out)?.slice(1).join(' ')).toBe(await expected());
  });

  it('goes with a form', async () => {
    const { code, out, err } = await runPython('whole_job.py', 'form', ['--send', 'form']);
    expect([err, code]).toEqual(['', 0]);
    expect(out).toContain(whole);
    expect(aipw.exec(out)?.slice(1).join(' ')).toBe(await expected());
  });

  it.each([
    ['the package', hasRequests, {}],
    ['a stand-in for it', true, standIns],
  ])('goes with requests: %s', async (name, isThere, environment) => {
    // A machine without the package runs the second alone.
    if (!isThere) return;
    const { code, out, err } = await runPython(
      'whole_job_requests.py',
      `requests-${name.replaceAll(' ', '-')}`,
      [],
      environment,
    );
    expect([err, code]).toEqual(['', 0]);
    expect(out).toContain('imported: 12 models, 2160 scores\n');
    expect(out).toContain(whole);
    expect(aipw.exec(out)?.slice(1).join(' ')).toBe(await expected());
  });

  it.skipIf(!hasPrograms('bash', 'curl'))('goes with curl', async () => {
    const words = [join(examples, 'curl.sh'), 'curl', workspace('curl')];
    const { code, out, err } = await runExample('bash', words, { BENCHCAST_URL: service.address });
    expect([err, code]).toEqual(['', 0]);
    expect(out).toMatch(/^Made-up arithmetic\ntask made_stories has exact_match by several filters/);
    expect(out).toContain('"cells": 2160');
    expect(out).toMatch(/^recommended: [a-z-]+, \S/m);
    const [estimate, lower, upper] = [/"estimate": ([\d.]+)/, /"lower": ([\d.]+)/, /"upper": ([\d.]+)/].map(
      (pattern) => Number(pattern.exec(out)?.[1]).toFixed(3),
    );
    expect(`${estimate} ${lower} ${upper}`).toBe(await expected());
  });

  it.each([
    ['whole_job.py', 'python3', ['--benchmark']],
    ['whole_job_requests.py', 'python3', ['--benchmark']],
    ['curl.sh', 'bash', []],
  ])('%s says what to mend', async (script, program, words) => {
    const place = program === 'bash' ? script : `python/${script}`;
    const at = words.length === 0 ? ['BAD', folder.path('.')] : ['BAD', '--folder', folder.path('.')];
    const all = [join(examples, place), ...words, ...at];
    const environment = { BENCHCAST_URL: service.address, ...(hasRequests ? {} : standIns) };
    const { code, err } = await runExample(program, all, environment);
    expect(code).toBe(1);
    expect(err).toContain('The request is not valid');
    expect(err).toContain('starting with a letter or digit');
  });
});
