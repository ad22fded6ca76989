import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Nothing that could break out of a header or a line of a log. */
const safeId = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** The id by which a request is named in its answer and in the logs: the client's own, where it is a harmless one. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && safeId.test(given) ? given : randomUUID();
}

export interface TraceContext {
  readonly trace_id: string;
  /** Of the span that sent the request. */
  readonly parent_id: string;
}

/** Version 00 of W3C Trace Context, of which later versions are to be read as well; `ff` is none. */
const traceParent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;

/** Which distributed trace a request belongs to, so that its lines in the logs can be found from there. */
export function traceContextOf(headers: IncomingHttpHeaders): TraceContext | undefined {
  const found = traceParent.exec(String(headers.traceparent ?? ''));
  return found === null ? undefined : { trace_id: found[1], parent_id: found[2] };
}
