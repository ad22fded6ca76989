import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';

const maxTries = 20;
const windowMilliseconds = 60_000;
/** The least recently seen ones are forgotten: guessing is hopeless anyway, this keeps the log readable. */
const maxAddresses = 10_000;

interface Window {
  count: number;
  readonly until: number;
}

/** Counts what was tried with keys that are none, by address. */
export interface FailedTries {
  /** @returns the seconds until the next try is heard; 0 while there were few */
  add(address: string): number;
}

/** @param now milliseconds */
export function createFailedTries(now: () => number = () => performance.now()): FailedTries {
  const windows = new LRUCache<string, Window>({ max: maxAddresses });

  return {
    add(address) {
      const network = networkOf(address);
      const known = windows.get(network);
      const window =
        known !== undefined && now() < known.until ? known : { count: 0, until: now() + windowMilliseconds };
      window.count++;
      windows.set(network, window);
      return window.count <= maxTries ? 0 : Math.ceil((window.until - now()) / 1000);
    },
  };
}

/** Whoever has one address of IPv6 has the whole /64. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head, tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array(8 - front.length - back.length).fill('0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
