import { z } from 'zod';
import type { SimilarityMapView } from '../../services/similarity-maps.ts';
import { figure } from './answers.ts';
import { benchmarkName, count, revision } from './primitives.ts';

const mappedModel = z
  .object({
    model: z.string(),
    kind: z.enum(['measured', 'estimated']),
    score: z.number().meta({
      description: 'Mean of the scores that are there, or the recommended estimate of a new model.',
    }),
    x: z.number(),
    y: z.number(),
    items: count.meta({ description: 'Items that its place rests on.' }),
    evaluation: z.string().nullable().meta({ description: 'The evaluation a new model comes from.' }),
  })
  .meta({ id: 'MappedModel' });

export const similarityMap = z
  .object({
    benchmark: benchmarkName,
    revision,
    models: z.array(mappedModel).meta({ description: 'Best first.' }),
    explained: z.array(z.number()).length(2).meta({
      description: 'Share of either axis in all that distances among the landmarks hold, 0 to 1.',
    }),
    items_used: count.meta({ description: 'Items that the models of the history were compared on.' }),
    landmarks: count.meta({ description: 'Models that span the map; the others are placed among them.' }),
  })
  .meta({
    id: 'SimilarityMap',
    description:
      'Models on two axes: the squared distance of two comes as close as can be to 2 (1 - kappa), kappa being their error consistency. `x` grows with the score.',
  });

export function toWireSimilarityMap(view: SimilarityMapView): z.infer<typeof similarityMap> {
  return {
    benchmark: view.benchmark,
    revision: view.revision,
    models: view.models.map(({ score, x, y, ...model }) => ({
      ...model,
      score: figure(score),
      x: figure(x),
      y: figure(y),
    })),
    explained: view.explained.map(figure),
    items_used: view.items,
    landmarks: view.landmarks,
  };
}
