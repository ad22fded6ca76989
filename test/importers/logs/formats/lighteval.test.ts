import { describe, expect, it } from 'vitest';
import { importLogs, lightevalDetails, parquetFile, pythonJson, refusalOf } from '../../../support/logs.ts';

const rows = [
  { id: '12', metrics: { em: 1 } },
  { id: '3', metrics: { em: 0 } },
  { id: '7', metrics: { em: null } },
];
const results = {
  path: 'results/org/model/results_2026-01-01T00-00-00.0.json',
  content: pythonJson({
    config_general: { model_name: 'org/model-1' },
    results: { 'mmlu:sums': { em: 0.5, em_stderr: 0.1 } },
  }),
};

describe('details of lighteval', () => {
  it('are structs of a document and of its metrics, of the model of their folders', async () => {
    const { cells } = await importLogs([lightevalDetails(rows)]);
    expect(cells).toEqual(['12 1', '3 0', '7 -'].map((text) => `org/model mmlu:sums/${text}`));
  });

  it('may be called as its documentation says', async () => {
    const { cells } = await importLogs([lightevalDetails(rows, { around: '__' })]);
    expect(cells).toHaveLength(3);
  });

  it('hold whole numbers and missing ones', async () => {
    const values = [{ em: 1n }, { em: 0n }, { em: null }];
    const details = lightevalDetails(values.map((metrics, id) => ({ id: String(id), metrics })));
    const { cells } = await importLogs([details]);
    expect(cells).toEqual(['0 1', '1 0', '2 -'].map((text) => `org/model mmlu:sums/${text}`));
  });

  it('count NaN among what is missing', async () => {
    const details = lightevalDetails([rows[0], { id: '5', metrics: { em: Number.NaN } }]);
    const { cells, log } = await importLogs([details]);
    expect(cells).toEqual(['org/model mmlu:sums/12 1', 'org/model mmlu:sums/5 -']);
    expect([...(log?.parts[0].missing.values() ?? [])]).toEqual([new Set([1])]);
  });

  it('may have several metrics, of which the caller chooses', async () => {
    const details = lightevalDetails([{ id: '0', metrics: { em: 1, 'pass@1:8_samples': 0.125 } }]);
    expect(await refusalOf(importLogs([details]))).toMatch(/choose by metric: em, pass@1:8_samples/);
    const { cells } = await importLogs([details], { metrics: ['pass@1:8_samples'] });
    expect(cells).toEqual(['org/model mmlu:sums/0 0.125']);
  });

  it('have a model and means in the results file of the same time', async () => {
    const path = 'details_mmlu:sums|5_2026-01-01T00-00-00.0.parquet';
    const alone = lightevalDetails(rows, { path });
    expect(await refusalOf(importLogs([alone]))).toMatch(/^ambiguous-log: .*which model/);
    const read = await importLogs([alone, results]);
    expect(read.cells[0]).toBe('org/model-1 mmlu:sums/12 1');
    expect(read.summaries).toMatchObject([{ metric: 'em', value: 0.5, mean: 0.5, agrees: true }]);
  });

  it('without documents are refused', async () => {
    const flat = parquetFile([
      { name: 'doc', data: ['a'], type: 'STRING' },
      { name: 'metric', data: [1], type: 'DOUBLE' },
    ]);
    expect(await refusalOf(importLogs([flat]))).toMatch(/^unreadable-log: .*row 1: has no doc\.id/);
  });
});
