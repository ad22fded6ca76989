import { DomainError } from '../../errors.ts';
import { isName } from '../../scores/names.ts';
import { baseName, folderOf } from '../files/log-file.ts';
import type { LogPart, ScoreLog } from './score-log.ts';

/**
 * The model of each part: as the caller says, as its file says, as a file beside it says, or (lm-eval) as its folder is
 * called.
 * @throws DomainError ambiguous-log: nobody says, or the caller names one and the files hold several; invalid-request:
 *   what is said is no name
 */
export function nameModels(log: ScoreLog, given: string | null): ReadonlyMap<LogPart, string> {
  const found = new Map(log.parts.map((part) => [part, modelOf(part, log, given)]));
  const named = new Set([...found.values()].filter((model) => model !== null));
  if (given !== null && named.size > 1) {
    throw ambiguous(
      `model names one model, but the files hold ${named.size}: ${[...named].slice(0, 10).join(', ')}`,
    );
  }
  return new Map([...found].map(([part, model]) => [part, checkModel(given ?? model, part)]));
}

function modelOf(part: LogPart, log: ScoreLog, given: string | null): string | null {
  if (part.model !== null) return part.model;
  const beside = new Set(
    log
      .companionsOf(part)
      .map(({ model }) => model)
      .filter((model) => model !== null),
  );
  if (beside.size > 1) {
    throw ambiguous(
      `${part.file} could be of ${[...beside].join(' or ')}: send each run in a folder of its own`,
    );
  }
  if (beside.size === 1) return [...beside][0];
  if (part.format !== 'lm-eval') return null;
  const folder = baseName(folderOf(part.file));
  // The tool calls a model's folder by its name, with other characters in place of some.
  if (!folder.includes('__') || given !== null) return null;
  log.notes.add(
    `the model is called "${folder}" as its folder is: send results_*.json along, or give model, for its name`,
  );
  return folder;
}

function checkModel(model: string | null, { file }: LogPart): string {
  if (model === null) {
    throw ambiguous(
      `${file} does not say which model it is of: send the results file beside it along, or give model`,
    );
  }
  if (!isName(model))
    throw new DomainError('invalid-request', `${file}: the model's name is no name; give model`);
  return model;
}

function ambiguous(message: string): DomainError {
  return new DomainError('ambiguous-log', `${message}; nothing was stored`, [{ path: 'model', message }]);
}
