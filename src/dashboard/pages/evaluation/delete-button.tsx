import { useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { answerOf, api } from '../../api/client.ts';
import type { ApiError } from '../../api/problem.ts';
import { benchmarkPath } from '../../parts/benchmark-frame.tsx';
import { Failure } from '../../parts/states.tsx';
import type { Evaluation } from '../evaluation.tsx';

/** Deletes it, once somebody has confirmed. */
export function DeleteButton({ evaluation }: { readonly evaluation: Evaluation }) {
  const { route } = useLocation();
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const remove = async () => {
    try {
      await answerOf(api.DELETE('/v1/evaluations/{id}', { params: { path: { id: evaluation.id } } }));
      dialog.current!.close();
      route(benchmarkPath(evaluation.benchmark));
    } catch (cause) {
      setError(cause as ApiError);
    }
  };
  return (
    <>
      <button type="button" class="quiet" onClick={() => dialog.current!.showModal()}>
        Delete this evaluation …
      </button>
      <dialog ref={dialog} aria-labelledby="delete-title">
        <article>
          <h2 id="delete-title">Delete this evaluation of {evaluation.model}?</h2>
          <p>Its results and its answer go for good. The core set and the history stay.</p>
          {error && <Failure error={error} />}
          <div class="choices">
            <button type="button" class="second" onClick={() => dialog.current!.close()}>
              Keep it
            </button>
            <button type="button" class="danger" onClick={remove}>
              Delete
            </button>
          </div>
        </article>
      </dialog>
    </>
  );
}
