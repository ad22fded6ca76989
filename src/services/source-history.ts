import {
  type History,
  type HistorySummary,
  type ItemGroups,
  summariseHistory,
} from '../estimation/history.ts';
import type { LoadedHistory } from './histories.ts';

/** A part of a loaded history, as the mathematics takes it. */
export interface SourceHistory {
  readonly history: History;
  /** By source. */
  readonly modelIds: Int32Array;
  readonly modelNames: readonly string[];
  readonly summary: HistorySummary;
}

/** Nearly every request asks for the whole of a history, whose summary takes a pass over all its cells. */
const wholes = new WeakMap<LoadedHistory, SourceHistory>();

/**
 * @param isSource which rows of the loaded history are sources
 * @param population item positions, ascending
 */
export function selectSources(
  loaded: LoadedHistory,
  isSource: (model: { id: number; name: string }) => boolean,
  population: Int32Array,
): SourceHistory {
  const models = Int32Array.from(loaded.modelNames.keys()).filter((row) =>
    isSource({ id: loaded.modelIds[row], name: loaded.modelNames[row] }),
  );
  const isWhole =
    models.length === loaded.modelNames.length && isSamePopulation(population, loaded.scoredPositions);
  const known = isWhole ? wholes.get(loaded) : undefined;
  if (known !== undefined) return known;
  const sources = summarised(loaded, models, population);
  if (isWhole) wholes.set(loaded, sources);
  return sources;
}

/** Populations are ascending item positions. */
export function isSamePopulation(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((position, index) => position === b[index]);
}

function summarised(loaded: LoadedHistory, models: Int32Array, population: Int32Array): SourceHistory {
  const groups = groupsOf(Array.from(population, (position) => loaded.items[position].group));
  const history = { matrix: loaded.matrix, models, population, groups };
  return {
    history,
    summary: summariseHistory(history),
    modelIds: models.map((row) => loaded.modelIds[row]),
    modelNames: Array.from(models, (row) => loaded.modelNames[row]),
  };
}

/** Groups in the order of their names, the items without one last; none where no item has a group. */
function groupsOf(groups: readonly (string | null)[]): ItemGroups {
  const named = [...new Set(groups.filter((group) => group !== null))].sort();
  if (named.length === 0) return { names: [], ofItem: new Int32Array(0) };
  const names = groups.includes(null) ? [...named, null] : named;
  const indices = new Map(names.map((name, index) => [name, index]));
  return { names, ofItem: Int32Array.from(groups, (group) => indices.get(group)!) };
}
