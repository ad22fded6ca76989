import type { StoreVitals } from '../storage/open-stores.ts';
import type { QueueVitals } from '../workers/pool.ts';
import type { CacheVitals } from './counted-cache.ts';

/** How the service does, to be read as often as somebody wants to know. Nothing in it is of anybody's benchmark. */
export interface Vitals {
  /** By name. */
  readonly caches: Readonly<Record<CacheName, CacheVitals>>;
  /** Work for other threads, by pool; and back-tests, of which many trials are one. */
  readonly queues: Readonly<Record<QueueName, QueueVitals>>;
  readonly stores: StoreVitals;
}

export type CacheName = 'histories' | 'predictors' | 'core-sets' | 'evaluations';
export type QueueName = 'designs' | 'requests' | 'replays' | 'backtests';
