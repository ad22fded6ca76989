import { DomainError } from '../../errors.ts';
import { helmFiles } from './helm.ts';
import { inspectFiles } from './inspect.ts';
import { lmEvalFiles } from './lm-eval.ts';
import { manifestOf } from './manifest.ts';
import { promptfooFiles } from './promptfoo.ts';
import { refuseForeign } from './refusal.ts';
import type { RunFiles, Runnable, RunnableCoreSet, RunnableFormat } from './runnable.ts';
import { txtFiles } from './txt.ts';

const emitters: Readonly<Record<RunnableFormat, (coreSet: RunnableCoreSet) => RunFiles>> = {
  'lm-eval': lmEvalFiles,
  inspect: inspectFiles,
  helm: helmFiles,
  promptfoo: promptfooFiles,
  txt: txtFiles,
};

const wholeSet =
  'Run every item of the core set and put no other in its place: the estimate rests on how these were chosen.';

/**
 * A core set in the form in which a harness runs it.
 * @throws DomainError not-exportable: it is empty, or the harness cannot be told to run some of its items
 */
export function runnable(format: RunnableFormat, coreSet: RunnableCoreSet): Runnable {
  if (coreSet.items.length === 0) {
    throw new DomainError('not-exportable', `core set "${coreSet.id}" has no items to run`);
  }
  // The same number is another item elsewhere: lm-eval counts from 0, Inspect from 1.
  if (format !== 'txt') refuseForeign(format, coreSet);
  const { files, commands, notes } = emitters[format](coreSet);
  return { format, files, commands, notes: [...notes, wholeSet], manifest: manifestOf(coreSet) };
}
