import fc from 'fast-check';
import { type ApiDocument, resolve, type Schema } from './api-document.ts';

/** Values that mean something to the service, by the name of the field or parameter that takes them. */
export type Vocabulary = (name: string) => readonly unknown[];

/** Values that fit a schema, most of them such that they mean something. */
export function valuesOf(
  document: ApiDocument,
  reference: Schema,
  vocabulary: Vocabulary,
  name = '',
): fc.Arbitrary<unknown> {
  const schema = resolve(document, reference);
  const inner = (of: Schema, as = name) => valuesOf(document, of, vocabulary, as);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => inner(choice)));
  const types = [schema.type ?? 'any'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, vocabulary, name, inner)));
}

type Inner = (of: Schema, as?: string) => fc.Arbitrary<unknown>;

function ofType(
  type: string,
  schema: Schema,
  vocabulary: Vocabulary,
  name: string,
  inner: Inner,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return texts(schema, vocabulary(name));
    case 'integer':
      return integers(schema, vocabulary(name));
    case 'number':
      return numbers(schema, vocabulary(name));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrays(schema, name, inner);
    case 'object':
      return objects(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function known(words: readonly unknown[], other: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return words.length === 0
    ? other
    : fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: other });
}

// Made once: the library prepares whole tables for them.
const plain = fc.string({ maxLength: 40 });
const graphemes = fc.string({ unit: 'grapheme', maxLength: 8 });
const moments = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
const matching = new Map<string, fc.Arbitrary<string>>();

function matchesOf(pattern: string): fc.Arbitrary<string> {
  const made = matching.get(pattern) ?? fc.stringMatching(new RegExp(pattern));
  matching.set(pattern, made);
  return made;
}

function texts(schema: Schema, words: readonly unknown[]): fc.Arbitrary<unknown> {
  const { minLength = 0, maxLength = 300, pattern, format } = schema;
  if (pattern !== undefined) return known(words, matchesOf(pattern));
  if (format === 'date-time') return moments;
  const fit = (text: string) => text.slice(0, maxLength).padEnd(minLength, 'p');
  const edges = [minLength, Math.min(maxLength, 12_000)].map((length) => 'e'.repeat(length));
  return known(words, fc.oneof(plain.map(fit), graphemes.map(fit), fc.constantFrom(...edges)));
}

function integers(schema: Schema, words: readonly unknown[]): fc.Arbitrary<unknown> {
  const min = Math.max(schema.minimum ?? 0, Number.MIN_SAFE_INTEGER);
  const max = Math.min(schema.maximum ?? 1000, Number.MAX_SAFE_INTEGER);
  const small = fc.integer({ min, max: Math.min(max, min + 45) });
  return known(
    words,
    fc.oneof({ weight: 6, arbitrary: small }, { weight: 1, arbitrary: fc.constantFrom(min, max) }),
  );
}

function numbers(schema: Schema, words: readonly unknown[]): fc.Arbitrary<unknown> {
  const min = schema.minimum ?? schema.exclusiveMinimum ?? -1e6;
  const max = schema.maximum ?? schema.exclusiveMaximum ?? 1e6;
  const within = fc.double({
    min,
    max: Math.min(max, 1e9),
    minExcluded: schema.exclusiveMinimum !== undefined,
    noNaN: true,
  });
  return known(words, within);
}

function arrays(schema: Schema, name: string, inner: Inner): fc.Arbitrary<unknown> {
  if (schema.prefixItems !== undefined) return fc.tuple(...schema.prefixItems.map((item) => inner(item)));
  if (typeof schema.items !== 'object') return fc.constant([]);
  // Of the words for a list, singular.
  const entry = inner(schema.items, name.replace(/s$/, ''));
  const minLength = schema.minItems ?? 0;
  const selector = (value: unknown) => JSON.stringify((value as { item?: unknown })?.item ?? value);
  return fc.uniqueArray(entry, { minLength, maxLength: minLength + 12, selector });
}

/** Without these hardly anything comes of a request, though the document lets them be left out: others may stand in for them. */
const usual: ReadonlySet<string> = new Set(['size', 'results']);

/** What may be left out mostly is: all at once would contradict each other. */
export function recordOf(
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  required: readonly string[],
): fc.Arbitrary<Record<string, unknown>> {
  // The more there are, the rarer each.
  const rarity = Math.max(4, 2 * (Object.keys(fields).length - required.length));
  const entries = Object.entries(fields).map(([name, value]) => {
    const given = value.map((made): [string, unknown][] => [[name, made]]);
    if (required.includes(name)) return given;
    const [without, having] = usual.has(name) ? [1, 8] : [rarity, 1];
    return fc.oneof({ weight: without, arbitrary: fc.constant([]) }, { weight: having, arbitrary: given });
  });
  return fc.tuple(...entries).map((made) => Object.fromEntries(made.flat()));
}

function objects(schema: Schema, inner: Inner): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, inner(property, name)]),
  );
  if (Object.keys(fields).length === 0 && additionalProperties !== false) {
    return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
  }
  return recordOf(fields, required);
}
