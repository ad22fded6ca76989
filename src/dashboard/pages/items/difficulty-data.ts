import { answerOf, api, type Wire } from '../../api/client.ts';

type CoreSet = Wire['CoreSet'];

export interface Difficulty {
  readonly distribution: Wire['ItemDistribution'];
  /** Those that are ready, newest first. */
  readonly coreSets: readonly Wire['CoreSetSummary'][];
  readonly coreSet: CoreSet | null;
}

const bins = 20;

/** The newest ready core set is marked unless another one is asked for. */
export async function readDifficulty(benchmark: string, asked: string | null): Promise<Difficulty> {
  const path = { benchmark };
  const [distribution, page] = await Promise.all([
    answerOf(api.GET('/v1/benchmarks/{benchmark}/item-distribution', { params: { path, query: { bins } } })),
    answerOf(api.GET('/v1/benchmarks/{benchmark}/core-sets', { params: { path, query: { limit: 100 } } })),
  ]);
  const coreSets = page.data.filter(({ status }) => status === 'ready');
  // One that is asked for by an old address may be gone.
  const chosen = coreSets.find(({ id }) => id === asked) ?? coreSets[0];
  return { distribution, coreSets, coreSet: chosen ? await readCoreSet(chosen.id) : null };
}

async function readCoreSet(id: string): Promise<CoreSet> {
  // Without a format it is the core set itself.
  return (await answerOf(api.GET('/v1/core-sets/{id}', { params: { path: { id } } }))) as CoreSet;
}
