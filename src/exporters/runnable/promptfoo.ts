import { isName } from '../../scores/names.ts';
import { promptfooModule } from './promptfoo-module.ts';
import { refuseUnrunnable, sharedKeys } from './refusal.ts';
import type { RunFiles, RunnableCoreSet } from './runnable.ts';
import { commandLine } from './shell.ts';

/** Longer patterns come near what one argument of a command may hold, and nobody reads them. */
const maxPatternLength = 10_000;

/** How the importer of promptfoo results names tests that have neither an id nor a description. */
const varsHash = /^vars-[0-9a-f]{16}$/;

/**
 * A list of ids, and a module for `tests:` that keeps those of the caller's own tests: the service does not have their
 * texts. promptfoo has no tasks; an item without a stored id goes by its whole name.
 * @throws DomainError not-exportable: two items have the same id
 */
export function promptfooFiles(coreSet: RunnableCoreSet): RunFiles {
  const ids = coreSet.items.map(({ item, nativeId }) => nativeId ?? item);
  refuseUnrunnable('promptfoo', coreSet, sharedKeys(coreSet, ids));
  const list = `${coreSet.id}.promptfoo.json`;
  const module = `${coreSet.id}.promptfoo.cjs`;
  return {
    files: [
      {
        name: module,
        mediaType: 'text/javascript; charset=utf-8',
        content: promptfooModule(list),
      },
      { name: list, mediaType: 'application/json', content: `${JSON.stringify({ ids }, null, 2)}\n` },
    ],
    commands: [`BENCHCAST_TESTS=TESTS ${evalCommand()}`],
    notes: [
      `In CONFIG write tests: file://${module}, keep ${list} beside it, and let BENCHCAST_TESTS name your own tests, a .json or .jsonl file or a JavaScript module.`,
      'A test is known by metadata.item_id, metadata.itemId or metadata.id, else by its description, else by a hash of its vars: tests known by their vars must give them as the results show them, without files, lists or defaults to fill in.',
      'The module stops with an error where a test of the core set is not found, so that no other set is run instead.',
      'Keep the prompts, the assertions and their weights of the history, and add no other --filter option.',
      ...patternNotes(ids),
      'The results go back as results.json.',
    ],
  };
}

function evalCommand(...options: readonly string[]): string {
  return commandLine('promptfoo', 'eval', '-c', 'CONFIG', ...options, '--output', 'results.json');
}

/** The way without the module, where every id can be a description. */
function patternNotes(ids: readonly string[]): readonly string[] {
  if (ids.some((id) => !isName(id) || varsHash.test(id))) return [];
  const pattern = `^(${ids.map(escapePattern).join('|')})$`;
  if (pattern.length > maxPatternLength) return [];
  return [
    `If the ids are the descriptions of your tests, your own CONFIG will do: ${evalCommand('--filter-pattern', pattern)}`,
  ];
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
