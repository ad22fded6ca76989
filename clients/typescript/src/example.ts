import { connect, dataOf, type Estimate } from './client.ts';

const client = connect(process.env.BENCHCAST_URL ?? 'http://127.0.0.1:8080');
const path = { benchmark: 'typed-benchmark' };

// 1. The history: scores of each model in the order of the items. Yours come from earlier evaluations.
const random = createRandom(1);
const items = Array.from({ length: 200 }, (_, index) => `q${index}`);
const models = Array.from({ length: 40 }, (_, index) => ({
  model: `model-${index}`,
  scores: answersAtRandom(index / 80),
}));

dataOf(await client.PUT('/v1/benchmarks/{benchmark}', { params: { path }, body: { title: 'Typed' } }));
const imported = dataOf(
  await client.POST('/v1/benchmarks/{benchmark}/scores', { params: { path }, body: { items, models } }),
);
console.log(`${imported.models_added} models added, ${imported.cells} scores written`);

// 2. The core set: which items to run the new model on.
const coreSet = dataOf(
  await client.POST('/v1/benchmarks/{benchmark}/core-sets', {
    params: { path },
    body: { size: 40, seed: 7 },
  }),
);
console.log(`core set ${coreSet.id}: ${coreSet.items.length} of ${coreSet.population} items`);

// 3. Run the new model on these items (here: made up, better than all before), and report the scores.
const answers = new Map(answersAtRandom(0.8).map((score, index) => [`q${index}`, score]));
const results = coreSet.items.map(({ item }) => ({ item, score: answers.get(item) ?? 0 }));
const evaluation = dataOf(
  await client.POST('/v1/core-sets/{id}/evaluations', {
    params: { path: { id: coreSet.id }, query: { level: 0.9 } },
    body: { model: 'acme-7b', results },
  }),
);

// 4. What it is worth.
for (const estimate of evaluation.estimates) console.log(`${estimate.method}: ${describe(estimate)}`);
console.log(`recommended: ${evaluation.recommended} - ${evaluation.recommended_reason}`);
for (const { severity, code, message } of evaluation.warnings) console.log(`${severity} ${code}: ${message}`);

function describe({ estimate, interval, reason }: Estimate): string {
  if (estimate === null) return `none: ${reason}`;
  if (interval === null) return `${estimate.toFixed(3)}, no interval: ${reason}`;
  const { level, lower, upper } = interval;
  return `${estimate.toFixed(3)}, ${lower.toFixed(3)} to ${upper.toFixed(3)} with probability ${level}`;
}

/** Scores 0 or 1 on all items, from the easiest to the hardest. */
function answersAtRandom(ability: number): number[] {
  return items.map((_, index) => (random() < 0.5 + 2 * (ability - index / items.length) ? 1 : 0));
}

/** Numbers in [0, 1), always the same ones: a linear congruential generator, good enough for an example. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
