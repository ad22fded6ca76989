import { type CrashReport, runCrashTest } from './crash-test.ts';

const kills = Number(process.env.CRASH_KILLS ?? process.argv[2] ?? 200);

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function table(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

function tell(report: CrashReport): void {
  const { acknowledged, unacknowledged } = report;
  console.log(`kills            ${report.kills}, ${report.killsAtStart} of them while it was starting`);
  console.log(`acknowledged     ${total(acknowledged)}: ${table(acknowledged)}`);
  console.log(`unacknowledged   ${total(unacknowledged)}: ${table(unacknowledged)}`);
  console.log(`  of these done  ${report.foundDone}, as a whole; nothing of the others`);
  console.log(`retried by key   ${report.retried} that had no answer, ${report.repeated} that had one`);
  console.log(`refused          ${report.refused} (the service had enough to do)`);
  console.log(`backups cut off  ${report.backupsCutOff}`);
  console.log(`took             ${report.seconds.toFixed(0)} s`);
}

const report = await runCrashTest({
  kills,
  onKill: ({ kills: done, acknowledged, seconds }) => {
    if (done % 20 === 0)
      console.log(`${done} kills, ${total(acknowledged)} writes acknowledged, ${seconds.toFixed(0)} s`);
  },
});
tell(report);
console.log(
  'every acknowledged write was there, no half of another, and the integrity check was ok every time',
);
