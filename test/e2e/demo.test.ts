import { expect, it } from 'vitest';
import { outcomeOf, runMain } from '../support/spawn-service.ts';

it('shows the whole job for an ordinary and for a frontier model', async () => {
  const { code, out, err } = await outcomeOf(runMain(['demo']));
  expect(code).toBe(0);
  expect(err).toContain('[10/10]');
  expect(out).toMatch(/^extrapolation: /m);
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
  expect(frontier).toMatch(
    /CRITICAL +frontier: .* On your own history, targets like this one were off by 0\.\d+ by aipw/,
  );
  for (const report of [ordinary, frontier])
    expect(report).toMatch(/plan +\+- 0\.\d{3} now; items in all: \d+ for/);
  expect(frontier).toMatch(
    /frontier-model minus ordinary-model: \+0\.\d{3} \(95 %: .* to .*\); truth \+0\.\d{3}\nverdict/,
  );
});

it('ends in order where nobody reads on', async () => {
  const child = runMain(['demo']);
  child.stdout!.once('data', () => child.stdout!.destroy());
  const { code, err } = await outcomeOf(child);
  expect(code).toBe(0);
  expect(err).toContain('[10/10]');
  expect(err).not.toContain('EPIPE');
});
