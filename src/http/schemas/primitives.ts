import { z } from 'zod';
import { methodNames } from '../../estimation/estimators/names.ts';
import { isSmallJson, maxMetadataCharacters } from '../../scores/metadata.ts';
import { benchmarkNamePattern, isName, maxNameLength } from '../../scores/names.ts';

export const benchmarkName = z
  .string()
  .regex(benchmarkNamePattern, 'must be 1 to 64 of a-z, 0-9, ".", "_", "-", starting with a letter or digit')
  .meta({ description: 'Name of the benchmark.', examples: ['gsm'] });

/** A model, an item or a group. */
export const entityName = z
  .string()
  .refine(isName, `must be 1 to ${maxNameLength} printable characters, other than "." and ".."`)
  .meta({ minLength: 1, maxLength: maxNameLength, description: 'Any printable characters.' });

/** Numbers and booleans are scores; a boolean is 1 or 0. */
export const score = z
  .union([z.number(), z.boolean()], { error: 'must be a number or a boolean' })
  .transform(Number);

export const seed = z.int().min(0);

const maxArrayIssues = 20;
const entriesAtOnce = 200;

/**
 * An array (not empty, unless said) of which the first twenty bad entries are complained about. z.array gathers an issue
 * for every bad one, and a body of a few million of them would fill the memory.
 */
export function arrayOf<Entry extends z.ZodType>(entry: Entry, minLength = 1) {
  const { $schema: _, ...items } = z.toJSONSchema(entry, { io: 'input' });
  // Good entries, which most are, are parsed together: one by one takes twice as long.
  const several = z.array(entry);
  return z
    .array(z.unknown())
    .min(minLength)
    .transform((values, context) => {
      const entries: z.output<Entry>[] = [];
      let issues = 0;
      for (let from = 0; from < values.length; from += entriesAtOnce) {
        const parsed = several.safeParse(values.slice(from, from + entriesAtOnce));
        if (!parsed.success) break;
        for (const one of parsed.data) entries.push(one);
      }
      for (let index = entries.length; index < values.length && issues < maxArrayIssues; index++) {
        const parsed = entry.safeParse(values[index], { reportInput: true });
        if (parsed.success) entries.push(parsed.data);
        for (const issue of parsed.error?.issues ?? []) {
          context.addIssue({ ...issue, path: [index, ...issue.path] } as never);
          issues++;
        }
      }
      return entries;
    })
    .meta({ items });
}

export const timestamp = z.string().meta({ format: 'date-time' });

export const revision = z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({
  description:
    'Counts the changes of the history; answers that depend on it carry the one they were computed with.',
});

export const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** As answered; what comes in is checked for size. */
export const metadata = z.record(z.string(), z.unknown());

export const metadataInput = metadata.refine(
  isSmallJson,
  `must be at most ${maxMetadataCharacters} characters of JSON`,
);

/** Down to one item in a thousand million; much below, weights would overflow. */
export const probability = z.number().min(1e-9).max(1);

const minLevel = 0.01;
const maxLevel = 0.999999;
const levelError = `must be a number from ${minLevel} to ${maxLevel}`;

const levelDescription = 'Nominal coverage of the intervals; 0.95 if not given.';

/** In a body. */
export const level = z
  .number({ error: levelError })
  .min(minLevel, levelError)
  .max(maxLevel, levelError)
  .meta({ description: levelDescription, examples: [0.9] });

/** A number of a body as a parameter of a query. */
export function queryNumber<Number extends z.ZodNumber>(inBody: Number) {
  return z.string('is missing').transform(Number).pipe(z.number('must be a number')).pipe(inBody);
}

/** A whole number from 1 to some most, in a query. */
export function queryCount(most: number) {
  return z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(most, `must be at most ${most}`);
}

/** In a query. */
export const queryLevel = z.coerce
  .number({ error: levelError })
  .min(minLevel, levelError)
  .max(maxLevel, levelError)
  .meta({ description: levelDescription, examples: [0.9] });

/** Half the width of an interval, score units. */
export const halfWidth = z.number().gt(0, 'must be above 0').max(Number.MAX_VALUE);

/** The same without repeats. */
export function distinctArrayOf<Entry extends z.ZodType<string | number>>(entry: Entry, noun: string) {
  return arrayOf(entry).refine((values) => new Set(values).size === values.length, `a ${noun} is here twice`);
}

export const methods = distinctArrayOf(z.enum(methodNames), 'method');

const methodList = z
  .string()
  .transform((text): unknown[] => text.split(',').map((name) => name.trim()))
  .pipe(methods)
  .meta({
    description: `Methods to answer with, by comma: ${methodNames.join(', ')}.`,
    examples: ['aipw,random-sampling'],
  });

/** What a caller may choose about an answer. */
export const answerQuery = z.strictObject({ level: queryLevel.optional(), methods: methodList.optional() });

export const answerChoice = z.strictObject({
  level: level.optional(),
  methods: methods.optional(),
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
  limit: queryCount(maxPage)
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
export const idParams = z.strictObject({
  id: z.string().min(1).max(100).meta({ description: 'The `id` it was created with.' }),
});

/** A misspelt parameter must not pass unnoticed, on routes without any neither. */
export const noQuery = z.strictObject({});
