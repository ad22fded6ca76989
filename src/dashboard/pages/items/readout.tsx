import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { fullCell, missingCell } from '../../charts/heat-map-cells.ts';
import { count, plural, type Units } from '../../text/units.ts';
import { type DecodedHeatMap, placesOf } from './heat-map-data.ts';

interface Place {
  readonly row: number;
  readonly column: number;
  readonly isByKey: boolean;
}

export type Tell = (place: Place | null) => void;

interface ReadoutProps {
  readonly decoded: DecodedHeatMap;
  readonly units: Units;
  readonly tell: RefObject<Tell>;
}

/** What the cell under the pointer, or under the cursor of the keyboard, says. */
export function Readout({ decoded, units, tell }: ReadoutProps) {
  const [place, setPlace] = useState<Place | null>(null);
  useLayoutEffect(() => {
    tell.current = setPlace;
    setPlace(null);
  }, [decoded]);
  return (
    <p class="readout" aria-live={place?.isByKey ? 'polite' : 'off'}>
      {place === null
        ? 'Point at a cell, or go there with the arrow keys, to read it.'
        : words(decoded, place, units)}
    </p>
  );
}

function words({ map, cells }: DecodedHeatMap, { row, column }: Place, units: Units): string {
  const byte = cells.bytes[row * cells.columns + column];
  const score = units.low + (byte / fullCell) * (units.high - units.low);
  const value = byte === missingCell ? 'no score' : units.score(score);
  return `${modelWords(map, row, units)}; ${itemWords(map, column, units)}: ${value}`;
}

function modelWords({ models, rows }: DecodedHeatMap['map'], row: number, units: Units): string {
  const [from, to] = placesOf(row, rows, models.length);
  const { model, mean_score: mean } = models[from];
  if (to - from === 1) return `${model} (${units.score(mean)} in all)`;
  return `${plural(to - from, 'model')}, ${model} to ${models[to - 1].model}`;
}

function itemWords(
  { items, columns, item_count: all, difficulties }: DecodedHeatMap['map'],
  column: number,
  units: Units,
): string {
  const difficulty = `difficulty ${units.score(difficulties[column])}`;
  if (items !== null) return `${items[column]} (${difficulty})`;
  const [from, to] = placesOf(column, columns, all);
  return `${plural(to - from, 'item')}, places ${count(from + 1)} to ${count(to)} from the easiest (${difficulty})`;
}
