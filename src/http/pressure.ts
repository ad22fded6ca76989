import { memoryUsage } from 'node:process';
import { getHeapStatistics } from 'node:v8';
import type { Limits } from '../limits.ts';

/** How the process is. */
export interface Pressure {
  /** Milliseconds by which the event loop came late of late, halved with every tenth of a second without delay. */
  eventLoopDelay(): number;
  /** Whether its memory is as full as it may get. */
  isMemoryFull(): boolean;
  stop(): void;
}

const sampleMilliseconds = 100;
/** Near its limit V8 collects garbage most of the time, then it gives up. */
const maxHeapShare = 0.9;

/** One long step, however long, is no overload: half of this stays below 1. A second one right after it goes beyond. */
const mostOfLimit = 1.5;

/** @param onMemoryFull called now and then while it is: to let go of what can be made anew */
export function watchPressure(
  { maxMemoryBytes, maxEventLoopDelay }: Pick<Limits, 'maxMemoryBytes' | 'maxEventLoopDelay'>,
  onMemoryFull: () => void,
): Pressure {
  const maxHeapBytes = maxHeapShare * getHeapStatistics().heap_size_limit;
  let due = performance.now() + sampleMilliseconds;
  let delay = 0;
  let isFull = false;

  function sample(): void {
    const now = performance.now();
    const late = Math.max(0, now - due);
    delay = (delay + Math.min(late, mostOfLimit * maxEventLoopDelay)) / 2;
    due = now + sampleMilliseconds;
    isFull = memoryUsage.rss() > maxMemoryBytes || getHeapStatistics().used_heap_size > maxHeapBytes;
    if (isFull) onMemoryFull();
  }

  const timer = setInterval(sample, sampleMilliseconds).unref();
  return {
    eventLoopDelay: () => delay,
    isMemoryFull: () => isFull,
    stop: () => clearInterval(timer),
  };
}
