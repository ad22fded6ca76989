import { smallItems } from '../../support/fixtures.ts';
import { type Case, jsonType, type Row } from './row.ts';

const coreSets = '/v1/benchmarks/small/core-sets';
const extensions = '/v1/core-sets/{coreSet}/extensions';
const plan = '/v1/benchmarks/small/plan';
const evaluations = '/v1/core-sets/{coreSet}/evaluations';
const results = '/v1/evaluations/{evaluation}/results';
const estimates = '/v1/benchmarks/small/estimates';

function row(kind: string, url: string, body: unknown, status: number, code: string, path?: string): Row {
  return { kind, method: 'POST', url, body, status, code, path };
}

const byPrecision: readonly Case[] = [
  ['a size too', { half_width: 0.1, size: 5 }, 'size'],
  ['neither', {}, 'size'],
  ['a level only', { level: 0.9 }, 'size'],
  ['a level with a size', { size: 5, level: 0.9 }, 'level'],
  ['0', { half_width: 0 }, 'half_width'],
  ['a negative number', { half_width: -0.1 }, 'half_width'],
  ['a text', { half_width: '0.1' }, 'half_width'],
  ['null', { half_width: null }, 'half_width'],
  ['an array', { half_width: [0.1] }, 'half_width'],
  ['level 0', { half_width: 0.1, level: 0 }, 'level'],
  ['level 1', { half_width: 0.1, level: 1 }, 'level'],
  ['level 95', { half_width: 0.1, level: 95 }, 'level'],
  ['level as a text', { half_width: 0.1, level: '0.9' }, 'level'],
  ['a purposive design', { half_width: 0.1, design: 'lasso' }, 'half_width'],
];

const invalidExtensions: readonly Case[] = [
  ['nothing', {}, 'add'],
  ['add 0', { add: 0 }, 'add'],
  ['add -1', { add: -1 }, 'add'],
  ['add 1.5', { add: 1.5 }, 'add'],
  ['add as a text', { add: '5' }, 'add'],
  ['add null', { add: null }, 'add'],
  // It holds all of its population.
  ['one more than there are', { add: 1 }, 'add'],
  ['a million', { add: 1_000_000 }, 'add'],
  ['two million', { add: 2_000_000 }, 'add'],
  ['a negative seed', { add: 1, seed: -1 }, 'seed'],
  ['a fractional seed', { add: 1, seed: 0.5 }, 'seed'],
  ['a size', { add: 1, size: 20 }],
  ['a design', { add: 1, design: 'random' }],
  ['an array', []],
];

const invalidPlans: readonly (readonly [string, string, string?])[] = [
  ['no half-width', '', 'half_width'],
  ['an empty half-width', '?half_width=', 'half_width'],
  ['half-width 0', '?half_width=0', 'half_width'],
  ['half-width -1', '?half_width=-1', 'half_width'],
  ['half-width abc', '?half_width=abc', 'half_width'],
  ['half-width NaN', '?half_width=NaN', 'half_width'],
  ['half-width Infinity', '?half_width=Infinity', 'half_width'],
  ['half-width 1e999', '?half_width=1e999', 'half_width'],
  ['two half-widths', '?half_width=0.1&half_width=0.2', 'half_width'],
  ['level 0', '?half_width=0.1&level=0', 'level'],
  ['level 1', '?half_width=0.1&level=1', 'level'],
  ['level 95', '?half_width=0.1&level=95', 'level'],
  ['level abc', '?half_width=0.1&level=abc', 'level'],
  ['an unknown design', '?half_width=0.1&design=lucky', 'design'],
  ['a purposive design', '?half_width=0.1&design=lasso', 'design'],
  ['a property of every object for a design', '?half_width=0.1&design=constructor', 'design'],
  ['an unknown parameter', '?half_width=0.1&size=5'],
];

const first = { item: 'item-00', score: 1 };
/** The core set's population is the group algebra, item-00 to item-15. */
const ofGroup = smallItems.slice(0, 16).map((item) => ({ item, score: 1 }));
const ofAll = smallItems.map((item) => ({ item, score: 1 }));

interface Target {
  readonly name: string;
  readonly url: string;
  readonly rest: object;
  readonly whole: readonly { item: string; score: number }[];
}

const targets: readonly Target[] = [
  { name: 'evaluation', url: evaluations, rest: { model: 'bad', results: [first] }, whole: ofGroup },
  { name: 'results', url: results, rest: { results: [first] }, whole: ofGroup },
  { name: 'estimate', url: estimates, rest: { results: [first] }, whole: ofAll },
];

const predictionRows: readonly Row[] = targets.flatMap(({ name, url, rest, whole }) => {
  const at = (index: number, value: object) => whole.map((entry, k) => (k === index ? value : entry));
  const cases: readonly (readonly [string, unknown, string, string])[] = [
    ['for none', [], 'invalid-request', 'predictions'],
    ['null', null, 'invalid-request', 'predictions'],
    ['an object', { 'item-00': 1 }, 'invalid-request', 'predictions'],
    ['a score of null', at(2, { item: 'item-02', score: null }), 'invalid-request', 'predictions.2.score'],
    [
      'a score that is a text',
      at(2, { item: 'item-02', score: '1' }),
      'invalid-request',
      'predictions.2.score',
    ],
    ['an unknown field', at(0, { ...first, weight: 1 }), 'invalid-request', 'predictions.0.weight'],
    ['for one item only', [first], 'missing-scores', 'predictions'],
    ['for all items but one', whole.slice(1), 'missing-scores', 'predictions'],
    ['for an item twice', [...whole, first], 'duplicate', `predictions.${whole.length}.item`],
    [
      'for an unknown item',
      [...whole, { item: 'item-99', score: 1 }],
      'unknown-item',
      `predictions.${whole.length}.item`,
    ],
    ['above the range', at(3, { item: 'item-03', score: 1.5 }), 'score-out-of-range', 'predictions.3.score'],
    ['below the range', at(0, { item: 'item-00', score: -1 }), 'score-out-of-range', 'predictions.0.score'],
  ];
  return cases.map(([kind, predictions, code, path]) =>
    row(`${name}: predictions ${kind}`, url, { ...rest, predictions }, 422, code, path),
  );
});

export const precisionRows: readonly Row[] = [
  ...byPrecision.map(([kind, body, path]) =>
    row(`core set by precision: ${kind}`, coreSets, body, 422, 'invalid-request', path),
  ),
  {
    ...row(
      'core set by precision: 1e999',
      coreSets,
      '{"half_width":1e999}',
      422,
      'invalid-request',
      'half_width',
    ),
    headers: jsonType,
  },
  row(
    'core set by precision: of a benchmark without history',
    '/v1/benchmarks/empty/core-sets',
    { half_width: 0.1 },
    422,
    'insufficient-data',
  ),
  ...invalidExtensions.map(([kind, body, path]) =>
    row(`extension: ${kind}`, extensions, body, 422, 'invalid-request', path),
  ),
  row(
    'extension: of an unknown core set',
    '/v1/core-sets/cs_none/extensions',
    { add: 1 },
    404,
    'core-set-not-found',
  ),
  row('extension: no body', extensions, undefined, 422, 'invalid-request', 'body'),
  { ...row('extension: broken JSON', extensions, '{"add":', 400, 'malformed-body'), headers: jsonType },
  {
    ...row('extension: GET', extensions, undefined, 405, 'method-not-allowed'),
    method: 'GET',
    allow: 'POST',
  },
  ...invalidPlans.map(([kind, query, path]) => ({
    ...row(`plan: ${kind}`, `${plan}${query}`, undefined, 422, 'invalid-request', path),
    method: 'GET' as const,
  })),
  {
    ...row(
      'plan: of an unknown benchmark',
      '/v1/benchmarks/none/plan?half_width=0.1',
      undefined,
      404,
      'benchmark-not-found',
    ),
    method: 'GET',
  },
  {
    ...row(
      'plan: of a benchmark without history',
      '/v1/benchmarks/empty/plan?half_width=0.1',
      undefined,
      422,
      'insufficient-data',
    ),
    method: 'GET',
  },
  { ...row('plan: POST', plan, {}, 405, 'method-not-allowed'), allow: 'GET, HEAD' },
  ...predictionRows,
  row(
    'evaluation: from an unknown evaluation',
    evaluations,
    { model: 'bad', from_evaluation: 'ev_none' },
    404,
    'evaluation-not-found',
  ),
  row(
    'evaluation: from an evaluation that is a number',
    evaluations,
    { model: 'bad', from_evaluation: 7 },
    422,
    'invalid-request',
    'from_evaluation',
  ),
  row(
    'evaluation: from an evaluation without an id',
    evaluations,
    { model: 'bad', from_evaluation: '' },
    422,
    'invalid-request',
    'from_evaluation',
  ),
  row(
    'evaluation: from null',
    evaluations,
    { model: 'bad', results: [first], from_evaluation: null },
    422,
    'invalid-request',
    'from_evaluation',
  ),
  row(
    'results: from an evaluation',
    results,
    { results: [first], from_evaluation: 'ev_none' },
    422,
    'invalid-request',
  ),
];
