import type { LoadedHistory } from './histories.ts';
import { type SourceHistory, selectSources } from './source-history.ts';

/** A whole history with its models and items in the order in which people look at them. */
export interface OrderedHistory {
  readonly sources: SourceHistory;
  /** M sources, best first by the mean of the scores that are there; equal ones by name. */
  readonly models: Int32Array;
  /** N indices into the population, easiest first; equal ones by position. */
  readonly items: Int32Array;
}

/** Sorting a million items takes a second. */
const known = new WeakMap<LoadedHistory, OrderedHistory>();

export function orderHistory(loaded: LoadedHistory): OrderedHistory {
  const ordered = known.get(loaded) ?? order(loaded);
  known.set(loaded, ordered);
  return ordered;
}

function order(loaded: LoadedHistory): OrderedHistory {
  const sources = selectSources(loaded, () => true, loaded.scoredPositions);
  const { modelMeans, itemMeans } = sources.summary;
  const byName = (a: number, b: number) => (sources.modelNames[a] < sources.modelNames[b] ? -1 : 1);
  return {
    sources,
    models: Int32Array.from(modelMeans.keys()).sort((a, b) => modelMeans[b] - modelMeans[a] || byName(a, b)),
    items: Int32Array.from(itemMeans.keys()).sort((a, b) => itemMeans[b] - itemMeans[a] || a - b),
  };
}
