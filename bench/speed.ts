/**
 * How fast the service is, always as a ratio to a reference measured in the same run, in turn with it.
 *
 *   npm run bench:speed -- --only growth,paper,preparation,service
 *   npm run bench:speed -- --only costs      every design and method on 336 sources x 12,032 items: some minutes
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { costRows } from './speed/costs.ts';
import { growthRows, preparationRows } from './speed/estimation.ts';
import { paperRows } from './speed/paper.ts';
import { missedTargets, type Row, renderTable } from './speed/report.ts';
import { serviceRows } from './speed/service.ts';

const sections: Readonly<Record<string, () => Promise<Row[]>>> = {
  growth: growthRows,
  paper: paperRows,
  preparation: preparationRows,
  service: serviceRows,
  costs: costRows,
};

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = options.only?.split(',') ?? Object.keys(sections).filter((name) => name !== 'costs');
const unknown = chosen.filter((name) => !Object.hasOwn(sections, name));
if (unknown.length > 0) {
  console.error(`there is no section ${unknown.join(', ')}; there are ${Object.keys(sections).join(', ')}`);
  process.exit(2);
}

const load = loadavg().map((value) => value.toFixed(2));
console.log(
  `Node ${process.version}, ${availableParallelism()} processors, load ${load.join(' ')} (1, 5, 15 minutes) at the start`,
);
const rows: Row[] = [];
for (const name of chosen) rows.push(...(await sections[name]()));
console.log(renderTable(rows));
const missed = missedTargets(rows);
for (const line of missed) console.log(line);
process.exitCode = missed.length > 0 ? 1 : 0;
