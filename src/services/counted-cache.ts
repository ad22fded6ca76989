import { LRUCache } from 'lru-cache';

/** How a cache does. */
export interface CacheVitals {
  readonly hits: number;
  readonly misses: number;
  readonly entries: number;
  /** As estimated where something is put in; 0 for a cache that is bounded in entries. */
  readonly bytes: number;
}

/** A bounded cache that knows how often it had what was looked for. */
export class CountedCache<Key extends object | string | number, Value extends object> extends LRUCache<
  Key,
  Value
> {
  #hits = 0;
  #misses = 0;

  override get(key: Key, options?: LRUCache.GetOptions<Key, Value, unknown>): Value | undefined {
    const found = super.get(key, options);
    if (found === undefined) this.#misses++;
    else this.#hits++;
    return found;
  }

  get vitals(): CacheVitals {
    return {
      hits: this.#hits,
      misses: this.#misses,
      entries: this.size,
      bytes: this.calculatedSize,
    };
  }
}
