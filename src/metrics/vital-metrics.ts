import { Counter, Gauge, type Registry } from 'prom-client';
import type { Vitals } from '../services/vitals.ts';

interface Reading {
  readonly name: string;
  readonly help: string;
  /** A counter never goes down while the process lives. */
  readonly kind: 'counter' | 'gauge';
  readonly label?: string;
  /** By label; a reading without one has one entry, whose name does not matter. */
  read(vitals: Vitals): readonly (readonly [string, number])[];
}

function each<Entry>(
  entries: Readonly<Record<string, Entry>>,
  read: (entry: Entry) => number,
): (readonly [string, number])[] {
  return Object.entries(entries).map(([name, entry]) => [name, read(entry)]);
}

const alone = (value: number): [string, number][] => [['', value]];

const readings: readonly Reading[] = [
  {
    name: 'benchcast_cache_hits_total',
    help: 'Times that a cache had what was looked for.',
    kind: 'counter',
    label: 'cache',
    read: ({ caches }) => each(caches, ({ hits }) => hits),
  },
  {
    name: 'benchcast_cache_misses_total',
    help: 'Times that it had not.',
    kind: 'counter',
    label: 'cache',
    read: ({ caches }) => each(caches, ({ misses }) => misses),
  },
  {
    name: 'benchcast_cache_entries',
    help: 'What is in a cache.',
    kind: 'gauge',
    label: 'cache',
    read: ({ caches }) => each(caches, ({ entries }) => entries),
  },
  {
    name: 'benchcast_cache_bytes',
    help: 'Memory that this takes, as estimated.',
    kind: 'gauge',
    label: 'cache',
    read: ({ caches }) => each(caches, ({ bytes }) => bytes),
  },
  {
    name: 'benchcast_queue_waiting',
    help: 'Work that waits for a thread.',
    kind: 'gauge',
    label: 'pool',
    read: ({ queues }) => each(queues, ({ waiting }) => waiting),
  },
  {
    name: 'benchcast_queue_running',
    help: 'Work that threads are at.',
    kind: 'gauge',
    label: 'pool',
    read: ({ queues }) => each(queues, ({ running }) => running),
  },
  {
    name: 'benchcast_database_file_bytes',
    help: 'Size of the database file.',
    kind: 'gauge',
    read: ({ stores }) => alone(stores.fileBytes),
  },
  {
    name: 'benchcast_database_wal_bytes',
    help: 'Size of its write-ahead log.',
    kind: 'gauge',
    read: ({ stores }) => alone(stores.walBytes),
  },
  {
    name: 'benchcast_database_transactions_total',
    help: 'Transactions, committed or undone.',
    kind: 'counter',
    read: ({ stores }) => alone(stores.transactions.count),
  },
  {
    name: 'benchcast_database_transaction_seconds_total',
    help: 'What they took, with the wait for the disk and for other processes.',
    kind: 'counter',
    read: ({ stores }) => alone(stores.transactions.seconds),
  },
  {
    name: 'benchcast_database_busy_total',
    help: 'Transactions that gave up, since another process held the database.',
    kind: 'counter',
    read: ({ stores }) => alone(stores.transactions.busy),
  },
];

/** Puts what the service says of itself among the metrics, read when they are. */
export function exposeVitals(registry: Registry, vitals: () => Vitals): void {
  for (const { name, help, kind, label, read } of readings) {
    const labelNames = label === undefined ? [] : [label];
    const shared = { name, help, labelNames, registers: [registry] };
    const labels = (entry: string) => (label === undefined ? {} : { [label]: entry });
    if (kind === 'gauge') {
      new Gauge({
        ...shared,
        collect() {
          for (const [entry, value] of read(vitals())) this.set(labels(entry), value);
        },
      });
    } else {
      new Counter({
        ...shared,
        collect() {
          // They are counted where they happen; here they are only passed on.
          this.reset();
          for (const [entry, value] of read(vitals())) this.inc(labels(entry), value);
        },
      });
    }
  }
}
