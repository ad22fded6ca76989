import { inNaturalOrder } from './natural-order.ts';
import type { RunFiles, RunnableCoreSet } from './runnable.ts';
import { commandLine } from './shell.ts';
import { itemsByTask, numberedName, type TaskHarness, type TaskItems } from './task-items.ts';

const harness: TaskHarness = { name: 'Inspect', whyNot };

/**
 * A run configuration per task, with the ids as the patterns that Inspect takes, and its command.
 * @throws DomainError not-exportable: an item without a task, or whose id and task both have a colon
 */
export function inspectFiles(coreSet: RunnableCoreSet): RunFiles {
  const tasks = itemsByTask(coreSet, harness);
  const files = tasks.map((items, index) => ({
    name: numberedName(`${coreSet.id}.inspect`, 'json', index, tasks.length),
    mediaType: 'application/json',
    content: `${JSON.stringify(runConfig(items), null, 2)}\n`,
  }));
  return {
    files,
    commands: files.map(({ name }) =>
      commandLine('inspect', 'eval', '--run-config', name, '--model', 'MODEL'),
    ),
    notes: [
      'This needs Inspect 0.3.221 or later, which brought --run-config.',
      'Before that, give the sample_id list with --sample-id, joined by commas and quoted for the shell: ids with a comma cannot go that way, bracketed patterns need 0.3.112, and the task before a colon needs 0.3.93.',
      'Do not add --limit or --sample-shuffle, which exclude a choice of samples.',
      'Inspect only warns of ids that the dataset does not have: check that the log has as many samples as the list.',
      'For a task in a file of your own, write file.py@task as the task of the run configuration; ids keep the name alone before their colon.',
      'Keep the task arguments, the epochs, the grader model and the dataset revision of the history.',
      'The results go back as the .eval or .json logs of the run.',
    ],
  };
}

function whyNot(task: string, nativeId: string): string | null {
  return task.includes(':') && nativeId.includes(':')
    ? `has a colon in its task "${task}" and in its id, which --sample-id cannot tell apart`
    : null;
}

function runConfig({ task, ids }: TaskItems) {
  const patterns = inNaturalOrder(ids).map((id) => (typeof id === 'number' ? id : samplePattern(task, id)));
  return { task: { task }, eval_config: { sample_id: patterns } };
}

/** A pattern that matches this id alone. Inspect takes what precedes the first colon for the name of a task. */
function samplePattern(task: string, id: string): string {
  const literal = id.replaceAll(/[*?[]/g, '[$&]');
  return id.includes(':') ? `${task}:${literal}` : literal;
}
