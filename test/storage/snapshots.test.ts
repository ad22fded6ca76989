import { expect, it } from 'vitest';
import {
  addBenchmark,
  csvType,
  expectStatus,
  smallItems,
  smallModels,
  smallWideCsv,
} from '../support/fixtures.ts';
import { openHarness } from '../support/open-harness.ts';

/** Reads the history, and whether its rows are of one moment: in this benchmark every import sets all cells alike. */
async function isOfOneMoment(text: string): Promise<boolean> {
  const cells = text
    .trim()
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split(',').slice(1));
  return new Set(cells).size === 1;
}

it('a history is of one moment, however often it changes while it is read', async () => {
  await using harness = await openHarness();
  await addBenchmark(harness, 'b', smallWideCsv, { score_range: [0, 100] });
  const allAs = (value: number) =>
    [['model', ...smallItems], ...smallModels.map((model) => [model, ...smallItems.map(() => value)])]
      .map((row) => row.join())
      .join('\n');
  const write = (value: number) =>
    harness.send('POST', '/v1/benchmarks/b/scores?on_conflict=replace', allAs(value), csvType);
  expectStatus(await write(0), 200);
  const writes = (async () => {
    for (let value = 1; value <= 30; value++) expectStatus(await write(value), 200);
  })();
  const texts: string[] = [];
  for (let k = 0; k < 30; k++) texts.push((await harness.send('GET', '/v1/benchmarks/b/scores')).text);
  await writes;
  for (const text of texts) expect(await isOfOneMoment(text)).toBe(true);
  const { text } = await harness.send('GET', '/v1/benchmarks/b/scores');
  expect(text).toContain(',30,30,');
});

it('a benchmark that is deleted while it is read is not there', async () => {
  await using harness = await openHarness();
  for (let k = 0; k < 10; k++) {
    await addBenchmark(harness, 'b', smallWideCsv);
    const [, read] = await Promise.all([
      harness.send('DELETE', '/v1/benchmarks/b'),
      harness.send('GET', '/v1/benchmarks/b/scores'),
    ]);
    expect([200, 404]).toContain(read.status);
  }
});
