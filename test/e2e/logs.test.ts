import { expect, it } from 'vitest';
import { outcomeOf, runMain, type SpawnedService, spawnService } from '../support/spawn-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// Figures and words that stand nowhere else.
const scores = ['0.731337', '0.421337', '0.911337', '0.161337'];
const bodyWord = 'quetzalcoatlus';
const strayKey = `bck_0123456789abcdef_${'strayAndSecret'.repeat(3)}x`;

const csv = [
  'model,q1,q2,q3,q4',
  `m1,${scores.join(',')}`,
  `m2,${[...scores].reverse().join(',')}`,
  `m3,${scores.join(',')}`,
].join('\n');

interface Sent {
  readonly method?: string;
  readonly body?: string;
  readonly type?: string;
}

async function send(
  service: SpawnedService,
  headers: Record<string, string>,
  path: string,
  { method = 'POST', body, type = 'application/json' }: Sent = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${service.address}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** Everything that a user does, and much that goes wrong. */
async function doTheJob(service: SpawnedService, headers: Record<string, string>): Promise<string[]> {
  const texts: string[] = [];
  const call = async (path: string, sent: Sent = {}) => {
    const { text } = await send(service, headers, path, sent);
    texts.push(text);
    return text;
  };
  const title = JSON.stringify({ title: bodyWord });
  await call('/v1/benchmarks/b', { method: 'PUT', body: title });
  await call('/v1/benchmarks/b/scores', { body: csv, type: 'text/csv' });
  const coreSet = JSON.parse(await call('/v1/benchmarks/b/core-sets', { body: '{"size":3,"seed":1}' }));
  const results = coreSet.items.map(({ item }: { item: string }, k: number) => ({
    item,
    score: Number(scores[k]),
  }));
  const evaluations = `/v1/core-sets/${coreSet.id}/evaluations`;
  const metadata = { note: bodyWord };
  const evaluation = JSON.parse(
    await call(evaluations, { body: JSON.stringify({ model: 'new', results, metadata }) }),
  );
  await call(`/v1/evaluations/${evaluation.id}`, { method: 'GET' });
  await call(`/v1/evaluations/${evaluation.id}?methods=pca&level=0.9`, { method: 'GET' });
  await call('/v1/benchmarks/b/leaderboard', { method: 'GET' });
  await call('/v1/benchmarks/b/scores', { method: 'GET' });
  // And what goes wrong: conflicts, bad scores, broken bodies, unknown fields, a key where none belongs.
  await call('/v1/benchmarks/b/scores', { body: csv.replaceAll(scores[0], scores[1]), type: 'text/csv' });
  await call('/v1/benchmarks/b/scores', { body: `model,q1\nm9,7${scores[0]}`, type: 'text/csv' });
  await call('/v1/benchmarks/b/scores', { body: `model,q1\nm9,${bodyWord}`, type: 'text/csv' });
  await call(evaluations, {
    body: `{"model":"new","results":[{"item":"${bodyWord}","score":7${scores[0]}}]`,
  });
  await call(evaluations, { body: `{"model":"new","results":[{"item":"q1","score":7${scores[0]}}]}` });
  await call('/v1/benchmarks/b/imports?metric=x', { body: csv, type: 'application/octet-stream' });
  await call(`/v1/benchmarks?key=${strayKey}`, { method: 'GET' });
  return texts;
}

/** Digits of scores wherever they stand, also within other numbers. */
const scoreText = new RegExp(scores.map((score) => score.slice(2)).join('|'));

it('logs a whole job, at the level of everything, without a key, a score or anything of a body', async () => {
  using folder = temporaryFolder();
  const database = folder.path('a.db');
  const made = await outcomeOf(
    runMain(['keys', 'create', '--name', 'logs', '--scope', 'admin', '--database', database, '--json']),
  );
  expect(made.err).toBe('');
  const key: string = JSON.parse(made.out).key;
  expect(key.length).toBeGreaterThan(30);

  await using service = await spawnService({ BENCHCAST_DATABASE: database, BENCHCAST_LOG_LEVEL: 'trace' });
  const answers = await doTheJob(service, { authorization: `Bearer ${key}` });
  // The job did see what the log must not.
  expect(answers.join()).toMatch(scoreText);
  expect(answers.join()).toContain(bodyWord);
  for (const authorization of [`Bearer ${strayKey}`, `Basic ${strayKey}`, strayKey]) {
    expect((await send(service, { authorization }, '/v1/benchmarks', { method: 'GET' })).status).toBe(401);
  }
  await service.end();

  const log = service.lines.join('\n');
  expect(service.lines.length).toBeGreaterThan(18);
  expect(service.lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  expect(log).not.toContain(key);
  expect(log).not.toContain(key.slice(-20));
  expect(log).not.toContain(strayKey);
  expect(log.toLowerCase()).not.toContain('bearer');
  expect(log).not.toMatch(scoreText);
  expect(log).not.toContain(bodyWord);
  expect(log).not.toContain('methods=');
  for (const line of service.lines) {
    expect(JSON.parse(line)).not.toHaveProperty('body');
    expect(JSON.parse(line)).not.toHaveProperty('headers');
  }
});
