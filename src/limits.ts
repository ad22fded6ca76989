import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';

/**
 * What the service lets itself in for. Every one is a variable, BENCHCAST_ and the name in capitals; docs/limits.md lists
 * them (a test holds them together).
 */
export interface Limits {
  /** Bytes of a body, after decompression: any that is not below. */
  readonly maxBodyBytes: number;
  /** Of results, and of a JSON matrix. */
  readonly maxResultsBytes: number;
  /** Of changes to items. */
  readonly maxItemsBytes: number;
  /** Of CSV, NDJSON and files of logs, which are read as they arrive. */
  readonly maxUploadBytes: number;

  /** Seconds for the headers of a request. */
  readonly headerTimeout: number;
  /** Seconds for all of a request. */
  readonly requestTimeout: number;
  /** Seconds for which a connection without a request is kept. */
  readonly keepAliveTimeout: number;
  /** Seconds over which a client must send or take its minimum. */
  readonly stallTimeout: number;
  readonly minBytesPerSecond: number;

  readonly maxConnections: number;
  /** Requests under way, without event streams. */
  readonly maxRequests: number;
  /** Large bodies under way. */
  readonly maxUploads: number;
  /** Exports of histories under way. */
  readonly maxExports: number;
  /** Event streams. */
  readonly maxFollowers: number;
  /** Requests a second of one key, or address without one; 0 = any number. */
  readonly rateLimit: number;
  /** Requests that may come at once. */
  readonly rateBurst: number;

  /** Milliseconds. */
  readonly maxEventLoopDelay: number;
  /** Of the whole process. */
  readonly maxMemoryBytes: number;
  /** Answers that clients have not taken yet, all together. */
  readonly maxUnsentBytes: number;

  /** Histories in memory, all together: no single one may be larger. */
  readonly historyCacheBytes: number;
  readonly predictorCacheBytes: number;
  /** The packed matrices of all imports under way. */
  readonly maxImportBytes: number;
  /** Tasks that wait for a thread while their requests wait for an answer. */
  readonly maxQueuedTasks: number;
  /** Purposive core sets that wait for a thread. */
  readonly maxQueuedDesigns: number;
  readonly maxQueuedBacktests: number;
}

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const gibibyte = 1024 * mebibyte;

/** @param memory bytes that the process may take */
export function defaultLimits(memory: number = availableMemory()): Limits {
  const atMost = (bytes: number, share: number) => Math.floor(Math.min(bytes, memory * share));
  return {
    maxBodyBytes: mebibyte,
    maxResultsBytes: 32 * mebibyte,
    maxItemsBytes: 64 * mebibyte,
    maxUploadBytes: 4 * gibibyte,

    headerTimeout: 30,
    // A gigabyte of scores over a slow line must still get in.
    requestTimeout: 1800,
    keepAliveTimeout: 72,
    stallTimeout: 60,
    minBytesPerSecond: kibibyte,

    maxConnections: 1000,
    maxRequests: 256,
    maxUploads: 16,
    maxExports: 16,
    maxFollowers: 100,
    rateLimit: 1000,
    rateBurst: 5000,

    maxEventLoopDelay: 1000,
    maxMemoryBytes: Math.floor(0.85 * memory),
    maxUnsentBytes: atMost(256 * mebibyte, 1 / 8),

    historyCacheBytes: atMost(1.5 * gibibyte, 1 / 4),
    predictorCacheBytes: atMost(256 * mebibyte, 1 / 16),
    maxImportBytes: atMost(gibibyte, 1 / 4),
    maxQueuedTasks: 100,
    maxQueuedDesigns: 100,
    maxQueuedBacktests: 20,
  };
}

/** What the container may take, or else what the machine has. */
function availableMemory(): number {
  const constrained = constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
