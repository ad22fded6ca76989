import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictPolicies, mergeRows } from '../../src/scores/merge-rows.ts';
import { RowBuilder, scoreAt } from '../../src/scores/packed-row.ts';

function builderOf(entries: Iterable<[number, number]>): RowBuilder {
  const builder = new RowBuilder();
  for (const [place, score] of entries) builder.set(place, score);
  return builder;
}

const score = fc.constantFrom(0, 1, 0.5);
const cells = fc
  .array(fc.tuple(fc.nat(19), score), { maxLength: 25 })
  .map((entries) => new Map<number, number>(entries));
/** Where each of twenty sent indices lies in the benchmark; null: where it lies in the sent row. */
const somewhere = fc.shuffledSubarray(
  Array.from({ length: 30 }, (_, place) => place),
  { minLength: 20, maxLength: 20 },
);

const places = fc.option(somewhere, { freq: 2 });

describe('mergeRows', () => {
  it.each(conflictPolicies)('%s: as laying one map over another', (policy) => {
    fc.assert(
      fc.property(cells, cells, places, fc.boolean(), (stored, sent, positions, isNew) => {
        const placeOf = (index: number) => (positions === null ? index : positions[index]);
        const before = new Map(isNew ? [] : [...stored].map(([index, value]) => [placeOf(index), value]));
        const expected = new Map(before);
        const conflicts: { index: number; stored: number; sent: number }[] = [];
        let written = 0;
        for (const [index, value] of [...sent].sort(([a], [b]) => a - b)) {
          const held = before.get(placeOf(index));
          if (held === value) continue;
          if (held !== undefined && policy === 'error') conflicts.push({ index, stored: held, sent: value });
          if (held !== undefined && policy !== 'replace') continue;
          expected.set(placeOf(index), value);
          written++;
        }
        const merged = mergeRows(
          isNew ? undefined : builderOf(before).build(),
          builderOf(sent),
          positions,
          policy,
        );
        expect(merged).toMatchObject({ sent: sent.size, written, conflicts });
        for (let place = 0; place < 31; place++) {
          expect(scoreAt(merged.row, place)).toBe(expected.get(place) ?? Number.NaN);
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('leaves the stored row and the sent one alone', () => {
    const stored = builderOf([[0, 1]]).build();
    const sent = builderOf([[0, 0.5]]);
    mergeRows(stored, sent, [0], 'replace');
    expect(scoreAt(stored, 0)).toBe(1);
    expect(sent.get(0)).toBe(0.5);
  });

  it('the same value sent again is no conflict', () => {
    const stored = builderOf([[0, 0.5]]).build();
    const merged = mergeRows(stored, builderOf([[0, 0.5]]), [0], 'error');
    expect(merged).toMatchObject({ sent: 1, written: 0, conflicts: [] });
  });
});
