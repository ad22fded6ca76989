import { answerOf, api, type Wire } from '../../api/client.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useKept } from '../../api/use-kept.ts';
import { useQuery } from '../../parts/use-query.ts';
import type { Around, CoreSet } from '../core-set.tsx';

type Evaluation = Wire['Evaluation'];

/** Results already paid for that are to count on a core set. */
export interface Carried {
  readonly choices: readonly Evaluation[];
  readonly chosen: Evaluation | null;
  /** Items that are still to be run. */
  readonly left: readonly string[];
  readonly isLoading: boolean;
  choose(evaluation: Evaluation | null): void;
}

/** Which evaluation is carried over stands in the address. */
export function useCarried(coreSet: CoreSet | null, around: Around | null): Carried {
  const [id, setId] = useQuery('from_evaluation');
  const choices = coreSet === null || around === null ? [] : carriable(coreSet, around);
  const chosen = choices.find((evaluation) => evaluation.id === id) ?? null;
  const answer = useKept(
    useAnswer(
      chosen === null
        ? null
        : () => answerOf(api.GET('/v1/evaluations/{id}/results', { params: { path: { id: chosen.id } } })),
      [chosen?.id],
    ),
    coreSet?.id ?? '',
  );
  const paid = new Set(
    chosen === null
      ? []
      : (answer.data?.results ?? []).filter(({ score }) => score !== null).map(({ item }) => item),
  );
  return {
    choices,
    chosen,
    left: (coreSet?.items ?? []).map(({ item }) => item).filter((item) => !paid.has(item)),
    isLoading: chosen !== null && answer.data === null && answer.error === null,
    choose: (evaluation) => setId(evaluation?.id ?? null),
  };
}

/** Evaluations on core sets that this one contains, and unfinished ones on itself. */
function carriable(coreSet: CoreSet, { evaluations, contained }: Around): readonly Evaluation[] {
  return evaluations.filter(
    ({ core_set: of, status, model }) =>
      (contained.includes(of) || (of === coreSet.id && status === 'partial')) &&
      (coreSet.for_model === null || coreSet.for_model === model),
  );
}
