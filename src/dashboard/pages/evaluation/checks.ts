import { count, figure, share, type Units } from '../../text/units.ts';
import type { Evaluation } from '../evaluation.tsx';

/** What was looked at and found in order, with the figures. Only of an answer without warnings. */
export function checksOf(
  evaluation: Evaluation,
  coreSetSize: number,
  isGuaranteed: boolean,
  units: Units,
): readonly string[] {
  const { standing, similarity, source_models: sources, expected_error: expected } = evaluation;
  const own = expected?.methods.find(({ method }) => method === evaluation.recommended);
  const found: (string | false | null | undefined)[] = [
    standing && `Within what is known: above ${share(standing.percentile)} of the models of the history`,
    similarity.mean !== null &&
      `Answers much as the history does: mean kappa ${figure(similarity.mean)}, ${similarity.level}`,
    `All ${count(coreSetSize)} results are in`,
    isGuaranteed && 'Items drawn with known probabilities',
    sources !== null && `Rests on ${count(sources)} earlier models`,
    own && `Models like it were off by ${units.distance(own.mean_absolute_error)} in a back-test`,
  ];
  return found.filter((check): check is string => Boolean(check));
}
