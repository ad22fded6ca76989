import { useCallback } from 'preact/hooks';
import { useLocation } from 'preact-iso';

/**
 * A choice that stands in the address, so that it can be shared and survives a reload.
 * The address before it is replaced: going back leaves the view.
 */
export function useQuery(name: string): readonly [string | null, (value: string | null) => void] {
  const { query } = useLocation();
  const change = useQueryChange();
  const choose = useCallback((value: string | null) => change({ [name]: value }), [name, change]);
  return [query[name] ?? null, choose];
}

/** The same for several choices at once; null takes one out. */
export function useQueryChange(): (changes: Readonly<Record<string, string | null>>) => void {
  const { route } = useLocation();
  return useCallback(
    (changes) => {
      // Of the moment: another choice may have been made since this was drawn.
      const parameters = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) parameters.delete(name);
        else parameters.set(name, value);
      }
      route(`${location.pathname}${parameters.size === 0 ? '' : `?${parameters}`}`, true);
    },
    [route],
  );
}
