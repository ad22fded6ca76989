import { print, printJson } from './console.ts';
import { WarningsFound } from './failures.ts';
import type { AnswerFlags } from './options.ts';
import { type Answered, warningsFrom } from './report.ts';

/**
 * Prints an answer, and then stops where its warnings are what `--fail-on` names.
 * @throws WarningsFound
 */
export function giveAnswer(
  document: Pick<Answered, 'warnings'>,
  { json, failOn }: Pick<AnswerFlags, 'json' | 'failOn'>,
  render: () => string,
): void {
  if (json) printJson(document);
  else print(render());
  const found = warningsFrom(document, failOn).map(({ code }) => code);
  if (found.length > 0) throw new WarningsFound(`--fail-on ${failOn}: ${found.join(', ')}`);
}
