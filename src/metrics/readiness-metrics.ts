import { Gauge, type Registry } from 'prom-client';
import { type ReadinessReport, readinessChecks } from '../services/readiness.ts';

/** What /readyz looks at. */
export function exposeReadiness(registry: Registry, report: () => Promise<ReadinessReport>): void {
  new Gauge({
    name: 'benchcast_ready',
    help: '1 while a check of readiness holds, else 0.',
    labelNames: ['check'],
    registers: [registry],
    async collect() {
      const { failures } = await report();
      for (const check of readinessChecks) this.set({ check }, check in failures ? 0 : 1);
    },
  });
  new Gauge({
    name: 'benchcast_disk_free_bytes',
    help: 'Bytes that are free where the database lies; not a number for one in memory.',
    registers: [registry],
    async collect() {
      this.set((await report()).freeBytes ?? Number.NaN);
    },
  });
}
