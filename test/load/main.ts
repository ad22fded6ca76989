/**
 * Ten minutes of mixed load at the limit, and what became of it; exits 1 when a promise breaks.
 *
 *   npm run test:load -- --minutes 3 --max-p99 2000
 */
import { parseArgs } from 'node:util';
import { brokenPromises, renderReport } from './report.ts';
import { runLoad } from './run-load.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    // Milliseconds; what a request that is not refused may take at this load, on a machine with nothing else to do.
    'max-p99': { type: 'string', default: '2000' },
  },
});

const report = await runLoad({
  seconds: 60 * Number(values.minutes),
  onReading({ seconds, rss, heap, handles }) {
    if (Math.floor(seconds) % 30 === 0)
      console.log(
        `${Math.round(seconds)} s: ${rss.toFixed(0)} MB, heap ${heap.toFixed(0)} MB, ${handles} handles`,
      );
  },
});
console.log(renderReport(report));
const broken = brokenPromises(report, Number(values['max-p99']));
for (const promise of broken) console.log(`BROKEN: ${promise}`);
if (broken.length === 0) console.log('every promise was kept');
process.exitCode = broken.length > 0 ? 1 : 0;
