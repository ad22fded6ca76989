import type { Metadata } from './metadata.ts';
import { RowBuilder } from './packed-row.ts';

/** What importers fill and the store merges: scores by model and item, in score units, packed as they arrive. */
export class ScoreTable {
  readonly items: string[] = [];
  readonly models = new Map<string, RowBuilder>();
  /** By item index; undefined = nothing said about its group. */
  readonly groups: (string | undefined)[] = [];
  /** By item index; what a harness calls it, kept in the item's metadata where that does not say so yet. */
  readonly metadata: (Metadata | undefined)[] = [];
  readonly #indices = new Map<string, number>();
  readonly #onGrow: (bytes: number) => void;

  /** @param onGrow told of the memory that rows take; throws where that is too much, as for a sparse list of strangers */
  constructor(onGrow: (bytes: number) => void = () => {}) {
    this.#onGrow = onGrow;
  }

  hasItem(item: string): boolean {
    return this.#indices.has(item);
  }

  /** The index of an item, added at its first mention. */
  itemIndex(item: string): number {
    const known = this.#indices.get(item);
    if (known !== undefined) return known;
    const index = this.items.push(item) - 1;
    this.#indices.set(item, index);
    return index;
  }

  /** The row of a model, added at its first mention. */
  row(model: string): RowBuilder {
    const known = this.models.get(model);
    if (known !== undefined) return known;
    const row = new RowBuilder(this.items.length);
    this.models.set(model, row);
    this.#onGrow(row.byteLength);
    return row;
  }

  set(row: RowBuilder, index: number, score: number): void {
    const grown = row.set(index, score);
    if (grown > 0) this.#onGrow(grown);
  }
}
