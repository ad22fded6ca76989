import type { LeaderboardEntry } from '../../api/leaderboard.ts';

/** A line of the forest plot: a model, or how many are left out there. */
export interface ForestRow {
  readonly key: string;
  readonly entry: LeaderboardEntry | null;
  readonly hidden: number;
}

const best = 30;
/** History models shown above and below each new one. */
const neighbours = 2;
/** Fewer than that are not worth hiding. */
const allUpTo = 45;

/** The best ones, and the new ones with their neighbours; or all. */
export function forestRows(entries: readonly LeaderboardEntry[], showsAll: boolean): ForestRow[] {
  const isShown = shownPlaces(entries, showsAll || entries.length <= allUpTo);
  const rows: ForestRow[] = [];
  let hidden = 0;
  entries.forEach((entry, place) => {
    if (!isShown[place]) hidden++;
    else {
      if (hidden > 0) rows.push(gapOf(hidden, place));
      hidden = 0;
      rows.push({ key: `${entry.kind} ${entry.model}`, entry, hidden: 0 });
    }
  });
  if (hidden > 0) rows.push(gapOf(hidden, entries.length));
  return rows;
}

function gapOf(hidden: number, before: number): ForestRow {
  return { key: `gap ${before}`, entry: null, hidden };
}

function shownPlaces(entries: readonly LeaderboardEntry[], showsAll: boolean): boolean[] {
  const isShown = entries.map((_, place) => showsAll || place < best);
  entries.forEach(({ kind }, place) => {
    if (kind !== 'estimated') return;
    isShown.fill(true, Math.max(0, place - neighbours), place + neighbours + 1);
  });
  // A gap of one takes as much room as the model itself.
  isShown.forEach((shown, place) => {
    if (!shown && isShown[place - 1] && isShown[place + 1] !== false) isShown[place] = true;
  });
  return isShown;
}
