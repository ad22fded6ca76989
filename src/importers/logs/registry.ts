import { everyEvalEver } from './formats/every-eval-ever.ts';
import { helm } from './formats/helm.ts';
import { inspect } from './formats/inspect.ts';
import { lighteval } from './formats/lighteval.ts';
import { lmEval } from './formats/lm-eval.ts';
import { openaiEvals } from './formats/openai-evals.ts';
import { opencompass } from './formats/opencompass.ts';
import { promptfoo } from './formats/promptfoo.ts';
import type { LogFormat } from './log-format.ts';
import type { LogReader } from './log-reader.ts';

/** In the order in which they are asked whether a file is theirs. */
export const readers: readonly LogReader[] = [
  lmEval,
  inspect,
  helm,
  everyEvalEver,
  promptfoo,
  openaiEvals,
  opencompass,
  lighteval,
];

export function readerOf(format: LogFormat): LogReader {
  return readers.find((reader) => reader.format === format)!;
}
