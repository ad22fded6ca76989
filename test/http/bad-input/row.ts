import { csvType, ndjsonType } from '../../support/fixtures.ts';

/** One kind of bad input and the answer that is due. */
export interface Row {
  readonly kind: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** `{coreSet}` and `{evaluation}` stand for ids that exist. */
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string;
  /** Of the first complaint. */
  readonly path?: string;
  readonly allow?: string;
}

/** What is wrong, what is sent, and where the complaint points. */
export type Case = readonly [kind: string, sent: unknown, path?: string];

export const jsonType = { 'content-type': 'application/json' };
export { csvType, ndjsonType };

/** A deeply nested array, too deep for a recursive walk and far too small for a size limit. */
export const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** Names that no model, item or group can have. */
export const badNames: readonly (readonly [kind: string, name: string])[] = [
  ['empty', ''],
  ['of 300 characters', 'x'.repeat(300)],
  ['of 256 characters', 'x'.repeat(256)],
  ['with a control character', 'a\u0007b'],
  ['with a NUL', 'a\u0000b'],
  ['with a tab', 'a\tb'],
  ['with a line break', 'a\nb'],
  ['with a line separator', 'a\u2028b'],
  ['with a C1 control character', 'a\u0085b'],
  ['that is a lone surrogate', '\ud83d'],
  ['that is a dot', '.'],
  ['that is two dots', '..'],
];

/** One of each sort, where a schema that is tried in full elsewhere stands once more. */
export const someBadNames = badNames.filter(([kind]) =>
  [
    'empty',
    'of 256 characters',
    'with a line break',
    'that is a lone surrogate',
    'that is two dots',
  ].includes(kind),
);
