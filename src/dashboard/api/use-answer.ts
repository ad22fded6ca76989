import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { onKeyChange } from './key.ts';
import type { ApiError } from './problem.ts';

/** What is known of an answer: while it is read anew, the one before stays. */
export interface Answer<Data> {
  readonly data: Data | null;
  readonly error: ApiError | null;
  readonly isLoading: boolean;
  reload(): void;
}

/**
 * Reads something from the service, and again whenever what it depends on changes or a key is given.
 * @param read null: there is nothing to read yet
 */
export function useAnswer<Data>(
  read: (() => Promise<Data>) | null,
  dependsOn: readonly unknown[],
): Answer<Data> {
  const [state, setState] = useState<Omit<Answer<Data>, 'reload'>>({
    data: null,
    error: null,
    isLoading: read !== null,
  });
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const identity = JSON.stringify(dependsOn);
  const lastIdentity = useRef(identity);

  useEffect(() => onKeyChange(reload), [reload]);
  useEffect(() => {
    if (read === null) return;
    let isCurrent = true;
    const isAnother = lastIdentity.current !== identity;
    lastIdentity.current = identity;
    setState(({ data }) => ({ data: isAnother ? null : data, error: null, isLoading: true }));
    read().then(
      (data) => isCurrent && setState({ data, error: null, isLoading: false }),
      (error) => isCurrent && setState({ data: null, error, isLoading: false }),
    );
    return () => {
      isCurrent = false;
    };
    // `read` is made anew on every call; what it depends on says when it means something else.
  }, [identity, round, read === null]);
  return { ...state, reload };
}
