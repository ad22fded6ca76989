import { inNaturalOrder, isCanonicalIndex } from './natural-order.ts';
import type { RunFiles, RunnableCoreSet } from './runnable.ts';
import { commandLine } from './shell.ts';
import { itemsByTask, type TaskHarness } from './task-items.ts';

const harness: TaskHarness = { name: 'lm-eval', whyNot };

/**
 * The map of tasks to lists of indices for `--samples`, and its command.
 * @throws DomainError not-exportable: an item without a task that `--tasks` can name and an index in it
 */
export function lmEvalFiles(coreSet: RunnableCoreSet): RunFiles {
  const tasks = itemsByTask(coreSet, harness);
  const name = `${coreSet.id}.lm-eval.json`;
  const lists = tasks.map(
    ({ task, ids }) => `  ${JSON.stringify(task)}: [${inNaturalOrder(ids).join(', ')}]`,
  );
  return {
    files: [{ name, mediaType: 'application/json', content: `{\n${lists.join(',\n')}\n}\n` }],
    commands: [
      commandLine(
        ...['lm_eval', 'run', '--model', 'hf', '--model_args', 'pretrained=MODEL'],
        ...['--tasks', tasks.map(({ task }) => task).join(','), '--samples', name],
        ...['--log_samples', '--output_path', 'out/'],
      ),
    ],
    notes: [
      'This needs lm-eval 0.4.9 or later; in 0.4.9 leave out the word run.',
      'Name exactly these tasks: a task without a list is run in full, and a group such as mmlu has no list.',
      'Do not add --limit, which excludes --samples, nor --cache_requests, which can bring back the prompts of another selection.',
      'Keep the few-shot examples, the chat template, the task version and the dataset revision of the history, since the indices are places in the evaluation split.',
      'Keep the lists ascending: versions to date label the results of another order with the wrong index.',
      'The results go back as the samples_*.jsonl files together with the results_*.json of the run.',
    ],
  };
}

function whyNot(task: string, nativeId: string): string | null {
  // In --tasks a comma and a space part names, the others make a pattern, and a dash in front makes an option.
  if (/[\s,*?[\]\p{Cc}]|^-/u.test(task)) return `has the task "${task}", which --tasks cannot name`;
  return isCanonicalIndex(nativeId) ? null : `has the id "${nativeId}", which is not an index (0, 1, 2, ...)`;
}
