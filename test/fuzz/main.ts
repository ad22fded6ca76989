import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type FuzzReport, runFuzz } from './run-fuzz.ts';

/** `npm run test:fuzz -- --requests 20000 --seed 1 --only getBenchmark` */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
  },
});

const began = performance.now();
const report = await runFuzz({
  requests: Number(values.requests),
  seed: Number(values.seed),
  ...(values.only && { only: values.only }),
  onProgress: (requests, findings) => console.error(`${requests} requests, ${findings} findings`),
});
print(report);
process.exitCode = isClean(report) ? 0 : 1;

function isClean({ findings, errors, isAlive, integrity }: FuzzReport): boolean {
  return findings.length === 0 && errors.length === 0 && isAlive && integrity === 'ok';
}

function print({ requests, statuses, kinds, findings, errors, isAlive, integrity, rows }: FuzzReport): void {
  const columns = [...new Set(Object.values(statuses).flatMap(Object.keys))].sort();
  const table = new Table({
    head: ['operation', ...columns],
    style: { head: [], border: [], compact: true },
  });
  for (const [operation, counts] of Object.entries(statuses)) {
    table.push([operation, ...columns.map((status) => counts[status] ?? '')]);
  }
  console.log(table.toString());
  console.log(
    Object.entries(kinds)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', '),
  );
  for (const finding of findings)
    console.log(`\n${finding.operationId} (${finding.kind}): ${finding.complaint}\n  ${finding.request}`);
  for (const { line, request } of errors.slice(0, 20)) console.log(`\n${request}\n  ${line.slice(0, 2000)}`);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`rows at the end: ${JSON.stringify(rows)}`);
  console.log(
    `seed ${values.seed}: ${requests} requests to ${Object.keys(statuses).length} operations in ${seconds} s; ` +
      `${findings.length} findings, ${errors.length} errors logged, service ${isAlive ? 'alive' : 'DEAD'}, integrity ${integrity}`,
  );
}
