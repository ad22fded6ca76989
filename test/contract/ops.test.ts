import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { warningCodes } from '../../src/estimation/warnings.ts';
import { openMetrics } from '../../src/metrics/open-metrics.ts';
import { namesOf, readMetrics } from '../support/metrics.ts';
import { openHarness } from '../support/open-harness.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

const panels: Panel[] = JSON.parse(textOf('ops/grafana/benchcast.json')).panels;
const rules: Rule[] = parse(textOf('ops/alerts.yml')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);
const expressions = [
  ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...rules.map(({ expr }) => expr),
];

/** Metrics that an expression of PromQL reads: no functions, labels, or words of the language. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\bby \([^)]*\)/g, '');
  return [...bare.matchAll(/\b([a-z]\w*_\w+|up)\b(?!\s*\()/g)].map(([, name]) => name);
}

/** All that /metrics has, once everything has happened that is counted. */
async function exposedNames(): Promise<ReadonlySet<string>> {
  const metrics = openMetrics({ ofProcess: true });
  metrics.onAnswer({
    estimates: [],
    warnings: [{ code: warningCodes[0], severity: 'info', message: '', figures: {} }],
  });
  await using harness = await openHarness(':memory:', {}, { metrics });
  await harness.send('GET', '/livez');
  return namesOf(await readMetrics(harness));
}

describe('what watches the service', () => {
  it('sees through its own expressions', () => {
    expect(metricsIn('sum by (a_b) (rate(x_total{c_d="e_f"}[5m])) > up')).toEqual(['x_total', 'up']);
    expect(expressions.length).toBeGreaterThan(30);
  });

  it('asks for nothing that /metrics does not have', async () => {
    const known = await exposedNames();
    // This one Prometheus makes itself.
    const asked = new Set(expressions.flatMap(metricsIn).filter((name) => name !== 'up'));
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  it('shows or watches each of our own', async () => {
    const asked = new Set(expressions.flatMap(metricsIn));
    const own = [...(await exposedNames())].filter(
      (name) => name.startsWith('benchcast_') && !/_(sum|bucket)$/.test(name),
    );
    expect(own.filter((name) => !asked.has(name))).toEqual([]);
  });

  it('documents each of our own', async () => {
    const documented = textOf('docs/operations.md');
    const own = [...(await exposedNames())].filter((name) => name.startsWith('benchcast_'));
    const plain = new Set(own.map((name) => name.replace(/_seconds_(sum|count|bucket)$/, '_seconds')));
    expect([...plain].filter((name) => !documented.includes(`\`${name}`))).toEqual([]);
  });

  it('gives every panel an id of its own, and every alert a summary, a severity and a place in the documents', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const documented = textOf('docs/operations.md');
    for (const { alert, annotations, labels } of rules) {
      expect(annotations.summary, alert).toMatch(/\.$/);
      expect(['critical', 'warning', 'info'], alert).toContain(labels.severity);
      expect(documented, alert).toContain(`\`${alert}\``);
    }
  });

  it('finds its rules beside the settings of Prometheus, and scrapes what the application serves', () => {
    const settings = parse(textOf('ops/prometheus.yml'));
    for (const file of settings.rule_files) expect(textOf(`ops/${file}`)).not.toBe('');
    expect(settings.scrape_configs[0]).toMatchObject({ job_name: 'benchcast', metrics_path: '/metrics' });
    expect(textOf('ops/alerts.yml')).toContain('job="benchcast"');
  });
});
