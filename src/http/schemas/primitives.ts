import { z } from 'zod';
import { methodNames } from '../../estimation/estimators/registry.ts';
import { namePattern } from '../../scores/names.ts';

export const benchmarkName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'must be 1 to 64 of a-z, 0-9, ".", "_", "-", starting with a letter or digit',
  )
  .meta({ examples: ['gsm'] });

/** A model or an item. */
export const entityName = z
  .string()
  .regex(namePattern, 'must be 1 to 255 printable characters')
  .refine((name) => name !== '.' && name !== '..', 'must not be "." or ".."');

/** Numbers and booleans are scores; a boolean is 1 or 0. */
export const score = z
  .union([z.number(), z.boolean()], { error: 'must be a number or a boolean' })
  .transform(Number);

export const seed = z.int().min(0);

export const timestamp = z.string().meta({ format: 'date-time' });

export const revision = z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({
  description:
    'Counts the changes of the history; answers that depend on it carry the one they were computed with.',
});

export const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const maxMetadataCharacters = 16_384;

export const metadata = z
  .record(z.string(), z.unknown())
  .refine(isSmallJson, `must be at most ${maxMetadataCharacters} characters of JSON`);

function isSmallJson(value: unknown): boolean {
  try {
    return JSON.stringify(value).length <= maxMetadataCharacters;
  } catch {
    // Nested too deep to be written at all.
    return false;
  }
}

/** Down to one item in a thousand million; much below, weights would overflow. */
export const probability = z.number().min(1e-9).max(1);

const minLevel = 0.01;
const maxLevel = 0.999999;
const levelError = `must be a number from ${minLevel} to ${maxLevel}`;

const level = z.coerce
  .number({ error: levelError })
  .min(minLevel, levelError)
  .max(maxLevel, levelError)
  .meta({ description: 'Nominal coverage of the intervals; 0.95 if not given.', examples: [0.9] });

const methodList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(methodNames)).min(1))
  .meta({
    description: `Methods to answer with, by comma: ${methodNames.join(', ')}.`,
    examples: ['aipw,random-sampling'],
  });

/** What a caller may choose about an answer. */
export const answerQuery = z.strictObject({ level: level.optional(), methods: methodList.optional() });

export const answerChoice = z.strictObject({
  level: z.number().min(minLevel, levelError).max(maxLevel, levelError).optional(),
  methods: z.array(z.enum(methodNames)).min(1).optional(),
});

const maxPage = 500;
const defaultPage = 50;

const cursorError = 'is not a cursor of this list';

/** Cursors are opaque to clients; inside they are a number to go on from. */
const cursor = z
  .string()
  .refine((text) => encodeCursor(decodeCursor(text)) === text, cursorError)
  .transform(decodeCursor)
  .pipe(z.int({ error: cursorError }).min(0, cursorError));

function encodeCursor(position: number): string {
  return Buffer.from(String(position)).toString('base64url');
}

function decodeCursor(text: string): number {
  return Number(Buffer.from(text, 'base64url').toString('utf8'));
}

export const pageQuery = z.strictObject({
  limit: z.coerce
    .number({ error: 'must be a whole number' })
    .pipe(z.int().min(1).max(maxPage))
    .default(defaultPage)
    .meta({ description: `Entries on a page, at most ${maxPage}.` }),
  cursor: cursor.optional().meta({ description: 'The `next_cursor` of the page before.' }),
});

export function pageOf<Entry extends z.ZodType>(entry: Entry) {
  return z.object({
    data: z.array(entry),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Where the next page starts; null on the last one.' }),
  });
}

/** A page of the store as it goes over the wire. */
export function toWirePage<From, To>(
  page: { readonly entries: readonly From[]; readonly next: number | null },
  toWire: (entry: From) => To,
): { data: To[]; next_cursor: string | null } {
  return {
    data: page.entries.map(toWire),
    next_cursor: page.next === null ? null : encodeCursor(page.next),
  };
}

/** The page that a query asks for, as stores take it. */
export function toPageRequest({ limit, cursor: after }: z.infer<typeof pageQuery>) {
  return { limit, after };
}

export const benchmarkParams = z.strictObject({ benchmark: benchmarkName });
export const modelParams = z.strictObject({ benchmark: benchmarkName, model: entityName });
export const idParams = z.strictObject({ id: z.string().min(1).max(100) });

/** A misspelt parameter must not pass unnoticed, on routes without any neither. */
export const noQuery = z.strictObject({});
