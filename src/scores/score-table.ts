import { DomainError } from '../errors.ts';
import type { Metadata } from './metadata.ts';
import { RowBuilder } from './packed-row.ts';

/** What the rows of one import may take in memory, packed; a sparse long list of strangers would otherwise fill it. */
const maxBytes = 2 ** 30;

/** What importers fill and the store merges: scores by model and item, in score units, packed as they arrive. */
export class ScoreTable {
  readonly items: string[] = [];
  readonly models = new Map<string, RowBuilder>();
  /** By item index; undefined = nothing said about its group. */
  readonly groups: (string | undefined)[] = [];
  /** By item index; what a harness calls it, kept in the item's metadata where that does not say so yet. */
  readonly metadata: (Metadata | undefined)[] = [];
  readonly #indices = new Map<string, number>();
  #bytes = 0;

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
    this.#grow(row.byteLength);
    return row;
  }

  set(row: RowBuilder, index: number, score: number): void {
    const before = row.byteLength;
    row.set(index, score);
    if (row.byteLength !== before) this.#grow(row.byteLength - before);
  }

  /** @throws DomainError too-large: the packed rows would not fit in memory */
  #grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > maxBytes) {
      throw new DomainError(
        'too-large',
        'the score matrix of this import is larger than 1 GiB; send it in parts',
      );
    }
  }
}
