// Never run: calls that must not compile. Were a type of the document to come out as `any` or `unknown`, the
// expectation of an error above its call would itself be one.
import { connect, dataOf } from './client.ts';

const client = connect('');
const path = { benchmark: 'b' };

export async function refusedRequests(): Promise<void> {
  // @ts-expect-error there is no such path
  await client.GET('/v1/benchmark');
  // @ts-expect-error the benchmark is missing
  await client.GET('/v1/benchmarks/{benchmark}');
  // @ts-expect-error a title is text
  await client.PUT('/v1/benchmarks/{benchmark}', { params: { path }, body: { title: 7 } });
  // @ts-expect-error there is no such design
  await client.POST('/v1/benchmarks/{benchmark}/core-sets', { params: { path }, body: { design: 'best' } });
  await client.POST('/v1/core-sets/{id}/evaluations', {
    params: { path: { id: 'c' } },
    // @ts-expect-error a result has a score
    body: { model: 'm', results: [{ item: 'q' }] },
  });
  // @ts-expect-error the body of a comparison is required
  await client.POST('/v1/evaluations/compare', {});
}

export async function refusedAnswers(): Promise<void> {
  const evaluation = dataOf(await client.GET('/v1/evaluations/{id}', { params: { path: { id: 'e' } } }));
  for (const { interval, estimate } of evaluation.estimates) {
    // @ts-expect-error not every estimate has an interval
    console.log(interval.lower);
    // @ts-expect-error a method may have no estimate here
    console.log(estimate.toFixed(3));
  }
  // @ts-expect-error a core set has items, an evaluation has none
  console.log(evaluation.items);
  // @ts-expect-error there is no such warning
  console.log(evaluation.warnings.filter(({ code }) => code === 'all-well'));
  const { error } = await client.GET('/v1/benchmarks/{benchmark}', { params: { path } });
  // @ts-expect-error a problem has a detail, no details
  console.log(error?.details);
}
