import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findLocalFiles } from '../../src/commands/uploads.ts';
import type { ImportOptions } from '../../src/services/imports.ts';
import { type Imported, importGiven, refusalOf } from '../support/logs.ts';
import { hasShared } from '../support/shared.ts';

const samples = resolve(process.env.BENCHCAST_SHARED ?? '../shared', 'samples');

/** What some files hold: scored items and their mean by model, from the summaries in the files themselves. */
interface Read {
  readonly of: readonly string[];
  readonly options?: Partial<ImportOptions>;
  readonly models: Readonly<Record<string, readonly [scored: number, mean: number]>>;
  readonly tasks: readonly string[];
  /** Summaries of the log that are of the samples read, all of which must agree; 0: it has none of them. */
  readonly agreeing: number;
}

interface Refused {
  readonly of: readonly string[];
  readonly options?: Partial<ImportOptions>;
  /** Names what to do about it, or why nothing can be done. */
  readonly refusal: RegExp;
}

const helm = {
  hellaswag: 'helm/commonsense-dataset=hellaswag,method=multiple_choice_joint,model=eleutherai_pythia-1b-v0',
  philosophy: 'helm/mmlu-subject=philosophy,method=multiple_choice_joint,model=openai_gpt2',
  narrative: 'helm/narrative_qa-model=openai_gpt2',
};
const helmCompanions = ['run_spec.json', 'scenario.json', 'scenario_state.json', 'stats.json'];
const pro = 'lm-eval/mmlu_pro_plus_2runs';
const proTasks = ['chemistry', 'health', 'psychology'].map((subject) => `mmlu_pro_plus_${subject}`);
const times = ['2025-10-14T14-44-39.372006', '2025-10-14T15-11-56.507865'];
const gsmTimes = ['2025-09-09T13-31-53.431753', '2025-09-09T13-42-42.857006'];
const math = '2026-01-21T03-44-18.458309';
const popularity = 'inspect/2025-02-11T15-18-04-05-00_popularity_mj7khqpMM4GBCfVQozKgzB.eval';
const eee = 'every-eval-ever/f3a1c0de-4b2e-4c1a-9f6d-1b7e5a2c8d40';

function inspectLog(file: string, task: string, model: string, scored: number, mean: number): Read {
  return { of: [`inspect/${file}`], models: { [model]: [scored, mean] }, tasks: [task], agreeing: 1 };
}

const read: readonly Read[] = [
  {
    of: [`lm-eval/samples_math_perturbed_full_${math}.jsonl`, `lm-eval/results_${math}.json`],
    models: { 'RylanSchaeffer/mem_Qwen3-93M_minerva_math_rep_0_sbst_1.0000_epch_1_ot_1': [10, 0] },
    tasks: ['math_perturbed_full'],
    agreeing: 0,
  },
  {
    of: times.flatMap((time) => [
      `${pro}/results_${time}.json`,
      ...proTasks.map((task) => `${pro}/samples_${task}_${time}.jsonl`),
    ]),
    models: { '/workspace/gemma3_12b_u2': [9, 3 / 9], '/workspace/gemma-3-12b-it-base': [9, 6 / 9] },
    tasks: proTasks,
    agreeing: 0,
  },
  {
    of: gsmTimes.flatMap((time) => [`${pro}/results_${time}.json`, `${pro}/samples_gsm8k_${time}.jsonl`]),
    models: { 'gemma3:12b-u1': [3, 1 / 3], 'gemma3:12b-it-q4_K_M': [3, 2 / 3] },
    tasks: ['gsm8k'],
    agreeing: 0,
  },
  inspectLog(
    '2024-11-05T13-32-37-05-00_input-task_hxs4q9azL3ySGkjJirypKZ.eval',
    'input_task',
    'openai/gpt-4o-mini',
    1,
    1,
  ),
  { of: [popularity], models: { 'openai/gpt-4o-mini': [10, 0.8] }, tasks: ['popularity'], agreeing: 1 },
  inspectLog('2025-05-12T20-28-13-04-00_no-samples.json', 'testtaskname', 'openai/gpt-4o-mini', 3, 2 / 3),
  inspectLog('2025-05-12T20-28-13-04-00_popularity.json', 'popularity', 'openai/gpt-4o-mini', 3, 2 / 3),
  inspectLog(
    'derived_zstd_log_streaming.eval',
    'popularity',
    'azureai/Meta-Llama-3-1-405B-Instruct-jqf',
    2,
    0.75,
  ),
  inspectLog('log_streaming.eval', 'popularity', 'azureai/Meta-Llama-3-1-405B-Instruct-jqf', 2, 0.75),
  inspectLog('derived_zstd_popularity_10samples.eval', 'popularity', 'openai/gpt-4o-mini', 10, 0.8),
  inspectLog('eee_data_arc_qwen.json', 'inspect_evals/arc_easy', 'ollama/qwen2.5:0.5b', 3, 1 / 3),
  inspectLog('eee_data_arc_sonnet.json', 'inspect_evals/arc_easy', 'anthropic/claude-sonnet-4-0', 5, 1),
  inspectLog('eee_data_pubmedqa_gpt4o_mini.json', 'inspect_evals/pubmedqa', 'openai/azure/gpt-4o-mini', 2, 1),
  inspectLog('log_formats.eval', 'popularity', 'ollama/llama3.1', 1, 0),
  inspectLog('log_formats.json', 'popularity', 'ollama/llama3.1', 1, 0),
  inspectLog('log_read_sample.eval', 'popularity', 'ollama/gemma3', 1, 1),
  inspectLog('log_read_sample.json', 'popularity', 'ollama/gemma3', 1, 1),
  inspectLog('mmlu-no-summary-choices.eval', 'inspect_evals/mmlu_0_shot', 'openai/gpt-4o', 1, 0),
  inspectLog('mmlu-summary-choices.eval', 'inspect_evals/mmlu_0_shot', 'openai/gpt-4o', 1, 0),
  {
    of: [...helmCompanions, 'per_instance_stats.json'].map((name) => `${helm.hellaswag}/${name}`),
    options: { metrics: ['exact_match'] },
    models: { 'eleutherai/pythia-1b-v0': [10, 0.3] },
    tasks: ['commonsense:dataset=hellaswag,method=multiple_choice_joint'],
    agreeing: 8,
  },
  {
    of: [...helmCompanions, 'per_instance_stats.json'].map((name) => `${helm.philosophy}/${name}`),
    options: { metrics: ['exact_match'], filters: ['test'] },
    models: { 'openai/gpt2': [9, 1 / 9] },
    tasks: ['mmlu:subject=philosophy,method=multiple_choice_joint'],
    agreeing: 16,
  },
  {
    of: [...helmCompanions, 'per_instance_stats.json'].map((name) => `${helm.narrative}/${name}`),
    options: { metrics: ['f1_score'], filters: ['test'] },
    models: { 'openai/gpt2': [4, 0.17424242424242425] },
    tasks: ['narrative_qa'],
    agreeing: 12,
  },
  {
    of: [`${eee}_samples.jsonl`],
    models: { 'demo-org/demo-model': [1, 1] },
    tasks: ['demo-source.demo_bench'],
    agreeing: 0,
  },
  {
    of: ['openai-evals/synthetic_match_events.jsonl'],
    models: { 'demo-model-a': [4, 0.5] },
    tasks: ['demo-match.dev.v0'],
    agreeing: 1,
  },
  ...['results', 'results_old'].map((folder) => ({
    of: [`opencompass/synthetic/${folder}/demo-model/gsm8k.json`],
    models: { 'demo-model': [3, 2 / 3] as const },
    tasks: ['gsm8k'],
    agreeing: 1,
  })),
  {
    of: ['promptfoo/sample-export.json'],
    options: { metrics: ['score'] },
    models: { 'openai:gpt-5': [2, 1.1666666666666665 / 2], 'openai:gpt-5-mini': [2, 1.4166666666666665 / 2] },
    tasks: [],
    agreeing: 2,
  },
  {
    of: ['promptfoo/sample-export.derived.jsonl'],
    options: { metrics: ['score'] },
    models: { 'openai:gpt-5': [2, 1.1666666666666665 / 2], 'openai:gpt-5-mini': [2, 1.4166666666666665 / 2] },
    tasks: [],
    agreeing: 0,
  },
];

const runs = Object.values(helm);
const refused: readonly Refused[] = [
  { of: ['SOURCES.md'], refusal: /none of the logs that are read/ },
  { of: ['every-eval-ever/instance_level_eval.schema.json'], refusal: /JSON schema/ },
  { of: [`${eee}.json`], refusal: /holds no scores by item/ },
  ...runs.map((run) => ({ of: [`${run}/per_instance_stats.json`], refusal: /send run_spec\.json/ })),
  ...runs.flatMap((run) =>
    helmCompanions.map((name) => ({ of: [`${run}/${name}`], refusal: /holds no scores by item/ })),
  ),
  {
    of: [...helmCompanions, 'per_instance_stats.json'].map((name) => `${helm.philosophy}/${name}`),
    options: { metrics: ['exact_match'] },
    refusal: /choose by filter: test, valid/,
  },
  {
    of: ['inspect/2024-08-29T15-11-18+00-00_popularity_5EAmX6wjMFqea6WY7XHzZp.json'],
    refusal: /holds no samples \(status "error"\)/,
  },
  {
    of: ['inspect/2025-02-11T15-17-00-05-00_popularity_dPiJifoWeEQBrfWsAopzWr.eval'],
    refusal: /"inspect score"/,
  },
  { of: ['inspect/eee_data_with_llm_scoring.json'], refusal: /send the whole log/ },
  {
    of: [`lm-eval/samples_math_perturbed_full_${math}.jsonl`],
    refusal: /send the results file.*or give model/,
  },
  { of: [`lm-eval/results_${math}.json`], refusal: /holds no scores by item/ },
  { of: ['openai-evals/oriprompt.log'], refusal: /only a final report/ },
  { of: ['opencompass/synthetic/predictions/demo-model/gsm8k.json'], refusal: /same name under results/ },
  { of: ['promptfoo/sample-export.json'], refusal: /choose by metric: score, success/ },
];

async function importSamples(of: readonly string[], options: Partial<ImportOptions> = {}): Promise<Imported> {
  return importGiven(findLocalFiles(of.map((file) => join(samples, file))), options);
}

/** Scored items and their mean, by model. */
function meansOf({ cells }: Imported): Record<string, [number, number]> {
  const scores = new Map<string, number[]>();
  for (const text of cells) {
    const [, model, score] = /^(\S+) .* (\S+)$/.exec(text)!;
    if (score !== '-') scores.set(model, [...(scores.get(model) ?? []), Number(score)]);
  }
  return Object.fromEntries(
    Array.from(scores, ([model, all]) => [model, [all.length, all.reduce((a, b) => a + b, 0) / all.length]]),
  );
}

describe.runIf(hasShared)('real logs of harnesses', () => {
  it.each(read)('are read: $of.0', async ({ of, options, models, tasks, agreeing }) => {
    const imported = await importSamples(of, options);
    const means = meansOf(imported);
    expect(Object.keys(means).sort()).toEqual(Object.keys(models).sort());
    for (const [model, [scored, mean]] of Object.entries(models)) {
      expect(means[model][0]).toBe(scored);
      expect(means[model][1]).toBeCloseTo(mean, 12);
    }
    expect(new Set(imported.log?.items.map(({ task }) => task).filter((task) => task !== null))).toEqual(
      new Set(tasks),
    );
    const checked = imported.summaries.filter(({ agrees }) => agrees !== null);
    expect(checked.filter(({ agrees }) => agrees)).toHaveLength(agreeing);
    expect(checked).toHaveLength(agreeing);
  });

  it.each(refused)('are refused, saying why: $of.0', async ({ of, options, refusal }) => {
    expect(await refusalOf(importSamples(of, options))).toMatch(refusal);
  });

  it('are all in these tables', () => {
    const listed = new Set([...read, ...refused].flatMap(({ of }) => of));
    const there = readdirSync(samples, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(samples.length + 1));
    expect([...listed].sort()).toEqual(there.sort());
  });

  it.each([
    ['inspect/log_formats.json', 'inspect/log_formats.eval', []],
    ['inspect/log_read_sample.json', 'inspect/log_read_sample.eval', []],
    ['inspect/log_streaming.eval', 'inspect/derived_zstd_log_streaming.eval', []],
    [popularity, 'inspect/derived_zstd_popularity_10samples.eval', []],
    ['promptfoo/sample-export.json', 'promptfoo/sample-export.derived.jsonl', ['score']],
  ])('are the same in two forms: %s and %s', async (first, second, metrics) => {
    const [one, other] = await Promise.all([first, second].map((form) => importSamples([form], { metrics })));
    expect(one.cells).not.toEqual([]);
    expect(other.cells).toEqual(one.cells);
    expect(other.log?.items).toEqual(one.log?.items);
    expect(one.log?.items.every(({ hash }) => hash !== null)).toBe(true);
  });

  it('of two models on one benchmark make a matrix with holes', async () => {
    const { cells } = await importSamples(
      ['qwen', 'sonnet'].map((name) => `inspect/eee_data_arc_${name}.json`),
    );
    const itemsOf = (model: string) =>
      cells.filter((text) => text.startsWith(model)).map((text) => text.split(' ')[1]);
    expect(itemsOf('anthropic').length).toBe(5);
    expect(itemsOf('ollama').length).toBe(3);
    expect(itemsOf('anthropic')).toEqual(expect.arrayContaining(itemsOf('ollama')));
  });
});
