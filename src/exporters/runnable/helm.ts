import { helmScript } from './helm-script.ts';
import type { RunFiles, RunnableCoreSet } from './runnable.ts';
import { commandLine } from './shell.ts';
import { itemsByTask, numberedName, type TaskHarness } from './task-items.ts';

const harness: TaskHarness = { name: 'HELM', whyNot };

/**
 * HELM has no option for a list of ids, but it reads instances that it cached before: a list of ids per run entry, a
 * script that leaves only those in the cache, and the commands around it. Each run entry starts from an empty cache in
 * an output folder of its own, so that no other run reads the cut cache.
 * @throws DomainError not-exportable: an item whose task is not known, or is not a run entry without a model
 */
export function helmFiles(coreSet: RunnableCoreSet): RunFiles {
  const tasks = itemsByTask(coreSet, harness);
  const script = `${coreSet.id}.helm.py`;
  const output = `${coreSet.id}.helm-output`;
  const lists = tasks.map(({ task, ids }, index) => ({
    name: numberedName(`${coreSet.id}.helm`, 'json', index, tasks.length),
    mediaType: 'application/json',
    content: `${JSON.stringify({ run_entry: task, ids }, null, 2)}\n`,
  }));
  return {
    files: [...lists, { name: script, mediaType: 'text/x-python; charset=utf-8', content: helmScript }],
    commands: tasks.flatMap(({ task, ids }, index) => {
      const cache = `${output}/scenario_instances`;
      const run = [
        ...['helm-run', '--run-entries', withModel(task), '--suite', 'SUITE', '--output-path', output],
        ...['--max-eval-instances', String(ids.length), '--cache-instances'],
      ];
      return [
        commandLine('rm', '-rf', cache),
        commandLine(...run, '--cache-instances-only'),
        commandLine('python3', script, cache, lists[index].name),
        commandLine(...run),
      ];
    }),
    notes: [
      'This is a work-around inferred from how the runner of HELM reads its cache of instances, not a supported option: check that each run has as many instances as its list.',
      'Run the commands in this order and one run entry at a time: each empties the cache of the output folder, has HELM fill it, leaves the chosen instances and those to train on, and runs them.',
      'Where the ids of the history are of the form id147 they are places among all instances of the scenario: keep the dataset, the HELM version and the arguments of the scenario.',
      'Keep --num-train-trials, data augmentation and the other settings of the history.',
      'The results go back as per_instance_stats.json together with run_spec.json of each run.',
    ],
  };
}

function whyNot(task: string): string | null {
  if (/^-|\p{Cc}/u.test(task)) return 'has a task that is not a run entry';
  return /[:,]model=/.test(task) ? `has the task "${task}", which already names a model` : null;
}

function withModel(runEntry: string): string {
  return `${runEntry}${runEntry.includes(':') ? ',' : ':'}model=MODEL`;
}
