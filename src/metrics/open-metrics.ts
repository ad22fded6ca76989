import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { methodNames } from '../estimation/estimators/names.ts';
import type { Answer } from '../services/answers.ts';
import type { ReadinessReport } from '../services/readiness.ts';
import type { Vitals } from '../services/vitals.ts';
import { version } from '../version.ts';
import { exposeReadiness } from './readiness-metrics.ts';
import { exposeVitals } from './vital-metrics.ts';

/** How one request ended. Every field takes few values, whatever clients send. */
export interface RequestOutcome {
  readonly method: string;
  /** As it is declared: /v1/benchmarks/:benchmark. */
  readonly route: string;
  readonly statusCode: number;
  readonly seconds: number;
}

/** What is asked when somebody reads the metrics. */
export interface MetricSources {
  vitals(): Vitals;
  readiness(): Promise<ReadinessReport>;
}

/** What happens in the service, counted for Prometheus. No label is a name that a user chose, and no value is a score. */
export interface Metrics {
  onAnswer(answer: Pick<Answer, 'estimates' | 'warnings'>): void;
  onRequestBegin(): void;
  onRequestEnd(): void;
  onRequest(outcome: RequestOutcome): void;
  /** From now on these are asked. */
  watch(sources: MetricSources): void;
  render(): Promise<{ readonly mediaType: string; readonly text: string }>;
}

/** Seconds: most answers take milliseconds, an import may take minutes. */
const latencyBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/** @param ofProcess with those of the process: memory, processor, event loop, garbage; once in a process */
export function openMetrics({ ofProcess }: { readonly ofProcess: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (ofProcess) collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'benchcast_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1);
  const requests = new Histogram({
    name: 'benchcast_http_request_duration_seconds',
    help: 'Requests that were answered, and how long that took.',
    labelNames: ['method', 'route', 'status'],
    buckets: latencyBuckets,
    registers,
  });
  const underWay = new Gauge({
    name: 'benchcast_http_requests_under_way',
    help: 'Requests that are not answered yet.',
    registers,
  });
  const estimates = new Counter({
    name: 'benchcast_estimates_total',
    help: 'Estimates that were computed, by method.',
    labelNames: ['method'],
    registers,
  });
  for (const method of methodNames) estimates.inc({ method }, 0);
  const warnings = new Counter({
    name: 'benchcast_warnings_total',
    help: 'Warnings on computed answers.',
    labelNames: ['code', 'severity'],
    registers,
  });

  return {
    onAnswer(answer) {
      for (const { method } of answer.estimates) estimates.inc({ method });
      for (const { code, severity } of answer.warnings) warnings.inc({ code, severity });
    },
    onRequestBegin: () => underWay.inc(),
    onRequestEnd: () => underWay.dec(),
    onRequest({ method, route, statusCode, seconds }) {
      requests.observe({ method, route, status: `${Math.floor(statusCode / 100)}xx` }, seconds);
    },
    watch({ vitals, readiness }) {
      exposeVitals(registry, vitals);
      exposeReadiness(registry, readiness);
    },
    render: async () => ({ mediaType: registry.contentType, text: await registry.metrics() }),
  };
}
