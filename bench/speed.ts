/**
 * How fast the service is, and how it grows: one table, three runs a line, each beside a reference in the same run.
 *
 *   npm run bench:speed                              some minutes
 *   npm run bench:speed -- --only targets,service
 *   npm run bench:speed -- --only methods-200        the paper's methods on core sets of 200, which takes longer
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { delayRows } from './speed/delay.ts';
import { drawingRows } from './speed/drawing.ts';
import { memoryRows } from './speed/memory.ts';
import { methodRows } from './speed/methods.ts';
import { preparationRows } from './speed/preparation.ts';
import { missedTargets, type Row, renderTable } from './speed/report.ts';
import { serviceRows } from './speed/service.ts';
import { startRows } from './speed/start.ts';
import { targetRows } from './speed/targets.ts';
import { transferRows } from './speed/transfer.ts';

const sections: Readonly<Record<string, () => Promise<Row[]>>> = {
  targets: targetRows,
  preparation: preparationRows,
  methods: () => methodRows(50),
  'methods-200': () => methodRows(200),
  drawing: drawingRows,
  service: serviceRows,
  transfer: transferRows,
  start: startRows,
  memory: memoryRows,
  delay: delayRows,
};

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = options.only?.split(',') ?? Object.keys(sections).filter((name) => name !== 'methods-200');
const unknown = chosen.filter((name) => !Object.hasOwn(sections, name));
if (unknown.length > 0) {
  console.error(`there is no section ${unknown.join(', ')}; there are ${Object.keys(sections).join(', ')}`);
  process.exit(2);
}

const load = loadavg().map((value) => value.toFixed(2));
console.log(
  `Node ${process.version}, ${availableParallelism()} processors, load ${load.join(' ')} (1, 5, 15 minutes) at the start`,
);
const start = performance.now();
const rows: Row[] = [];
for (const name of chosen) {
  const begin = performance.now();
  rows.push(...(await sections[name]()));
  console.error(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
}
console.log(renderTable(rows));
console.log(`in ${((performance.now() - start) / 1000).toFixed(0)} s`);
const missed = missedTargets(rows);
for (const line of missed) console.log(line);
process.exitCode = missed.length > 0 ? 1 : 0;
