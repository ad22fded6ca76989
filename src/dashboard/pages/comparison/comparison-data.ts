import { answerOf, api, type Wire } from '../../api/client.ts';
import type { IntervalRow } from '../../charts/interval-rows.ts';
import { colours } from '../../charts/plot-style.ts';
import { type Units, unitsOf } from '../../text/units.ts';

type Comparison = Wire['Comparison'];

/** Two evaluations, or one and a model of the history. */
export interface Pair {
  readonly a: string;
  readonly b?: string;
  readonly model?: string;
  readonly level: number;
}

export interface Compared {
  readonly comparison: Comparison;
  /** Each model's own score, with its own interval. */
  readonly rows: readonly IntervalRow[];
  readonly units: Units;
}

export async function readComparison({ a, b, model, level }: Pair): Promise<Compared> {
  const body = { a, b: b ?? { model: model! }, level };
  const comparison = await answerOf(api.POST('/v1/evaluations/compare', { body }));
  const path = { benchmark: comparison.benchmark };
  const [rows, { score_range: range }] = await Promise.all([
    readRows(comparison, level),
    answerOf(api.GET('/v1/benchmarks/{benchmark}', { params: { path } })),
  ]);
  return { comparison, rows, units: unitsOf(range) };
}

async function readRows(comparison: Comparison, level: number): Promise<IntervalRow[]> {
  const estimated = async (id: string, side: string): Promise<IntervalRow> => {
    const { model, estimates } = await answerOf(
      api.GET('/v1/evaluations/{id}', { params: { path: { id }, query: { level, methods: 'aipw' } } }),
    );
    const [{ estimate, interval }] = estimates;
    return {
      label: `${side}: ${model}`,
      value: estimate!,
      lower: interval?.lower ?? null,
      upper: interval?.upper ?? null,
      colour: colours.estimate,
    };
  };
  const measured = async (model: string): Promise<IntervalRow> => {
    const path = { benchmark: comparison.benchmark, model };
    const { mean_score: value } = await answerOf(
      api.GET('/v1/benchmarks/{benchmark}/models/{model}', { params: { path } }),
    );
    return { label: `B: ${model}`, value, lower: null, upper: null, colour: colours.historyStrong };
  };
  const { evaluation_a: a, evaluation_b: b } = comparison;
  return Promise.all([estimated(a, 'A'), b === null ? measured(comparison.b) : estimated(b, 'B')]);
}
