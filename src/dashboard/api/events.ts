import { authorization } from './key.ts';

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Server-sent events by `fetch`: an EventSource could not send a key. Ends with the stream or the signal. */
export async function* followEvents(path: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const response = await fetch(path, {
    headers: { accept: 'text/event-stream', ...authorization() },
    signal,
  });
  if (!response.ok || response.body === null) return;
  let rest = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => {
          const at = line.indexOf(':');
          return [line.slice(0, at), line.slice(at + 1).trimStart()] as const;
        }),
      );
      const data = fields.get('data');
      if (data !== undefined) yield { event: fields.get('event') ?? 'message', data };
    }
  }
}
