import { expect, it } from 'vitest';
import { operationsOf, readApiDocument } from './api-document.ts';
import { runFuzz } from './run-fuzz.ts';

/** The whole run is `npm run test:fuzz`. */
const requests = 1500;

it(
  'answers whatever is asked as its document says, and what it refuses changes nothing',
  async () => {
    const report = await runFuzz({ requests, seed: 7 });
    expect(report.findings).toEqual([]);
    expect(report.errors).toEqual([]);
    expect(report.isAlive).toBe(true);
    expect(report.integrity).toBe('ok');
    expect(report.requests).toBe(requests);
    // It did ask all of them, well and badly.
    const operations = operationsOf(readApiDocument()).map(({ operationId }) => operationId);
    expect(Object.keys(report.statuses).sort()).toEqual(operations.sort());
    const answers = Object.entries(report.statuses);
    const without = (first: string) =>
      answers.filter(([, counts]) => !Object.keys(counts).some((status) => status.startsWith(first)));
    expect(without('4')).toEqual([]);
    // Some need luck to be right about what is there; seeds that the service draws decide.
    expect(without('2').length).toBeLessThanOrEqual(2);
  },
  10 * 60_000,
);
