import fc from 'fast-check';
import { expect, it } from 'vitest';
import { forestRows } from '../../src/dashboard/pages/leaderboard/forest-rows.ts';

function entriesOf(kinds: readonly boolean[]) {
  return kinds.map((isNew, place) => ({
    rank: place + 1,
    model: `m${place}`,
    kind: isNew ? ('estimated' as const) : ('measured' as const),
    score: 1 - place / 1000,
    method: null,
    interval: null,
    scored_items: 10,
    evaluation: null,
    severity: null,
  }));
}

it('shows the best thirty, every new model with its neighbours, and counts the rest', () => {
  const entries = entriesOf(Array.from({ length: 100 }, (_, place) => place === 60));
  const rows = forestRows(entries, false);
  expect(rows.map(({ entry, hidden }) => entry?.model ?? hidden)).toEqual([
    ...Array.from({ length: 30 }, (_, place) => `m${place}`),
    28,
    ...['m58', 'm59', 'm60', 'm61', 'm62'],
    37,
  ]);
});

it('leaves nobody out, in any order, and hides no new model', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 300 }), fc.boolean(), (kinds, showsAll) => {
      const entries = entriesOf(kinds);
      const rows = forestRows(entries, showsAll);
      const shown = rows.flatMap(({ entry }) => entry ?? []);
      expect(shown.length + rows.reduce((sum, { hidden }) => sum + hidden, 0)).toBe(entries.length);
      expect(shown).toEqual(entries.filter((entry) => shown.includes(entry)));
      for (const entry of entries) if (entry.kind === 'estimated') expect(shown).toContain(entry);
      if (showsAll) expect(shown).toEqual(entries);
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    }),
  );
});
