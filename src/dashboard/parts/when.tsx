import { date } from '../text/units.ts';

/** A point in time, in the reader's own zone. */
export function When({ timestamp }: { readonly timestamp: string }) {
  return <time dateTime={timestamp}>{date(timestamp)}</time>;
}
