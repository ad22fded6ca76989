import { type Fields, fieldsOf, isObject, listOf, numberOf, textOf } from '../../fields.ts';
import { folderOf, type LogFile } from '../../files/log-file.ts';
import { unreadable } from '../../files/unreadable.ts';
import { readJson, readJsonValues } from '../../text/json-values.ts';
import { groupOf } from '../group-of.ts';
import { hasKeys } from '../head.ts';
import type { LogReader, ReadContext, ReadOutcome } from '../log-reader.ts';
import { readScore, record } from '../record-score.ts';
import { LogPart, type Summary } from '../score-log.ts';

/** Statistics of a run that nobody means by its score. */
const bookkeeping =
  /^(num_|training_|inference_|finish_reason_|batch_size$|prompt_truncated$|max_prob$|logprob$)/;
/** Parts of a run's name that say which model it is of, not what it was asked. */
const modelParts = /^(model|model_deployment)=/;

/** HELM: per_instance_stats.json, and run_spec.json and stats.json in the same folder. */
export const helm: LogReader = {
  format: 'helm',
  hasRepeats: true,
  recognises(head) {
    if (head.kind === 'array' && hasKeys(head, 'instance_id', 'stats')) {
      return head.keys.has('predicted_text') ? 'companion' : 'scores';
    }
    const isRun = hasKeys(head, 'adapter_spec');
    const isStatistics = head.kind === 'array' && hasKeys(head, 'name', 'count', 'sum');
    const isScenario = head.kind === 'object' && hasKeys(head, 'name', 'description', 'tags');
    const isInstances = head.kind === 'array' && hasKeys(head, 'input', 'references');
    return isRun || isStatistics || isScenario || isInstances ? 'companion' : null;
  },
  read(file, head, context) {
    if (hasKeys(head, 'instance_id', 'stats') && !head.keys.has('predicted_text'))
      return readInstances(file, context);
    if (hasKeys(head, 'adapter_spec', 'scenario_spec')) return readRunSpec(file, context);
    if (hasKeys(head, 'count', 'sum')) return readStatistics(file, context);
    const note = head.keys.has('predicted_text')
      ? 'shows some metrics only; scores are taken from per_instance_stats.json beside it'
      : head.keys.has('references')
        ? 'is not read: the instances of HELM are told apart by their ids alone'
        : null;
    return Promise.resolve({ records: 0, note });
  },
};

async function readRunSpec(file: LogFile, { log }: ReadContext): Promise<ReadOutcome> {
  const spec = fieldsOf(await readJson(file.read(), file.path));
  const name = textOf(spec.name);
  if (name === null) throw unreadable(file.path, 'has no name');
  log.addCompanion({
    file: file.path,
    pair: folderOf(file.path),
    model: textOf(fieldsOf(spec.adapter_spec).model),
    summaries: [],
    task: taskOf(name),
  });
  return { records: 0, note: null };
}

/** `mmlu:subject=anatomy,model=openai_gpt2` without what names the model. */
function taskOf(name: string): string {
  const colon = name.indexOf(':');
  if (colon === -1) return name;
  const kept = name
    .slice(colon + 1)
    .split(',')
    .filter((part) => !modelParts.test(part));
  return kept.length === 0 ? name.slice(0, colon) : `${name.slice(0, colon)}:${kept.join(',')}`;
}

async function readStatistics(file: LogFile, { log }: ReadContext): Promise<ReadOutcome> {
  const summaries: Summary[] = [];
  for await (const { value } of readJsonValues(file.read(), ['$.*'], file.path)) {
    const { name, mean } = fieldsOf(value);
    const { name: metric, split, perturbation } = fieldsOf(name);
    if (typeof metric !== 'string' || typeof mean !== 'number' || isObject(perturbation)) continue;
    if (!bookkeeping.test(metric))
      summaries.push({ task: null, metric, filter: textOf(split), value: mean, items: null });
  }
  log.addCompanion({ file: file.path, pair: folderOf(file.path), model: null, summaries });
  return { records: 0, note: null };
}

async function readInstances(file: LogFile, context: ReadContext): Promise<ReadOutcome> {
  const pair = folderOf(file.path);
  const specs = context.log.companionsOf({ pair, file: file.path }).filter(({ task }) => task !== undefined);
  if (specs.length > 1) {
    throw unreadable(
      file.path,
      `there are ${specs.length} run_spec.json beside it: send each run in a folder of its own`,
    );
  }
  const task = specs[0]?.task ?? context.task;
  if (task === null) {
    throw unreadable(
      file.path,
      'does not say which run it is of: send run_spec.json of the same folder with it, or give task',
    );
  }
  const part = new LogPart({ file: file.path, format: 'helm', model: specs[0]?.model ?? null, pair });
  let records = 0;
  let perturbed = 0;
  for await (const { path, value } of readJsonValues(file.read(), ['$.*'], file.path)) {
    const entry = fieldsOf(value);
    if (isObject(entry.perturbation)) perturbed++;
    else readEntry(entry, `${file.path}, ${path.join('.')}`, task, part, context);
    records++;
  }
  context.log.parts.push(part);
  return { records, note: perturbed === 0 ? null : `${perturbed} perturbed copies of items were left out` };
}

/** An instance comes once for each metric class and training trial; trials are repeats. */
function readEntry(entry: Fields, place: string, task: string, part: LogPart, context: ReadContext): void {
  const id = textOf(entry.instance_id);
  if (id === null) throw unreadable(place, 'has no instance_id');
  const item = context.log.itemIndex({ task, id, hash: null, group: groupOf(context, null, task) });
  for (const stat of listOf(entry.stats).map(fieldsOf)) {
    const { name: metric, split, perturbation } = fieldsOf(stat.name);
    if (typeof metric !== 'string' || bookkeeping.test(metric) || isObject(perturbation)) continue;
    const { mean, sum } = stat;
    const count = numberOf(stat.count) ?? 0;
    const derived = typeof sum === 'number' && count > 0 ? sum / count : undefined;
    record(
      part,
      part.column(task, metric, textOf(split)),
      item,
      readScore(mean ?? derived),
      `${place}, ${metric}`,
    );
  }
}
