import { expect, it } from 'vitest';
import { outcomeOf, runMain } from '../support/spawn-service.ts';

it('shows the whole job for an ordinary and for a frontier model', async () => {
  const { code, out, err } = await outcomeOf(runMain(['demo']));
  expect(code).toBe(0);
  expect(err).toContain('[9/9]');
  const [ordinary, frontier] = out.split(/^(?=frontier-model:)/m);
  for (const report of [ordinary, frontier]) {
    for (const row of [
      'truth',
      'aipw',
      'random-sampling',
      'random-sampling-learn',
      'nearest',
      'similarity',
    ]) {
      expect(report).toContain(row);
    }
    expect(report).toMatch(/aipw +│ 0\.\d{3} +│ 0\.\d{3} to [01]\.\d{3}/);
  }
  expect(ordinary).not.toContain('CRITICAL');
  expect(frontier).toMatch(/CRITICAL +frontier/);
  for (const report of [ordinary, frontier])
    expect(report).toMatch(/plan +\+- 0\.\d{3} now; items in all: \d+ for/);
  expect(frontier).toMatch(
    /frontier-model minus ordinary-model: \+0\.\d{3} \(95 %: .* to .*\); truth \+0\.\d{3}\nverdict/,
  );
});
