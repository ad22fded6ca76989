import { execFileSync } from 'node:child_process';
import type { RunnableCoreSet, RunnableItem } from '../../../src/exporters/runnable/runnable.ts';

export function item(name: string, known: Partial<RunnableItem> = {}): RunnableItem {
  const unknown = { task: null, nativeId: null, contentHash: null, harness: null };
  return { item: name, ...unknown, inclusionProbability: 0.25, ...known };
}

/** Of items by name alone, or by task and native id. */
export function coreSetOf(items: readonly (string | RunnableItem)[]): RunnableCoreSet {
  return {
    id: 'cs_0123',
    benchmark: 'bench',
    design: 'informative',
    seed: 7,
    revision: 3,
    population: 1000,
    createdAt: '2026-01-02T03:04:05.000Z',
    items: items.map((entry) => (typeof entry === 'string' ? item(entry) : entry)),
  };
}

/** Items named q0, q1, ... with these tasks and ids. */
export function known(pairs: readonly (readonly [task: string | null, id: string])[]): RunnableCoreSet {
  return coreSetOf(pairs.map(([task, nativeId], index) => item(`q${index}`, { task, nativeId })));
}

/** What a shell makes of a command line. */
export function argumentsOf(command: string): readonly string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

export function argumentAfter(option: string, command: string): string {
  const args = argumentsOf(command);
  return args[args.indexOf(option) + 1];
}

export const awkwardIds = [
  ...[
    '7',
    '007',
    '10',
    '2',
    '0',
    '-1',
    '12345678901234567890',
    '1.5',
    'a,b',
    'a:b',
    ':',
    'x*y',
    'x?y',
    '[ab]',
  ],
  ...[
    '[',
    ']',
    '[!a]',
    "it's",
    'say "so"',
    'two words',
    ' edge ',
    'h\u00e9',
    'he\u0301',
    '\u6f22\u5b57',
    '\u{1f600}',
  ],
  ...[
    '$HOME',
    '`id`',
    '\\',
    '\\n',
    '#x',
    '~',
    '-rf',
    'a/b',
    '__proto__',
    'constructor',
    '!',
    '{}',
    '%s',
    '|',
    '^$',
  ],
];
