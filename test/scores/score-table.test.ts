import { describe, expect, it } from 'vitest';
import { ScoreTable } from '../../src/scores/score-table.ts';

describe('ScoreTable', () => {
  it('numbers items by their first mention, and keeps a row per model', () => {
    const table = new ScoreTable();
    const indices = ['b', 'a', 'b', '__proto__'].map((item) => table.itemIndex(item));
    expect(indices).toEqual([0, 1, 0, 2]);
    expect(table.items).toEqual(['b', 'a', '__proto__']);
    expect(table.hasItem('a')).toBe(true);
    expect(table.hasItem('constructor')).toBe(false);
    table.set(table.row('m'), 1, 0.5);
    expect(table.row('m')).toBe(table.models.get('m'));
    expect(table.row('m').get(1)).toBe(0.5);
    expect(table.row('m').get(0)).toBeNaN();
    expect([...table.models.keys()]).toEqual(['m']);
  });
});
