/** One server-sent event; its data are JSON. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
  readonly data: any;
}

/** The events of an answer, one by one, until it ends; comments are passed over. */
export async function* eventsOf({ body }: Response): AsyncGenerator<ServerSentEvent> {
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event !== null) yield event;
    }
  }
  if (text !== '') throw new Error(`the stream broke off within an event: ${text}`);
}

/** Those that are still to come. */
export async function restOf(events: AsyncIterable<ServerSentEvent>): Promise<ServerSentEvent[]> {
  const rest: ServerSentEvent[] = [];
  for await (const event of events) rest.push(event);
  return rest;
}

function parseEvent(block: string): ServerSentEvent | null {
  const fields = block.split('\n').filter((line) => !line.startsWith(':'));
  const valuesOf = (name: string) =>
    fields
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trimStart());
  const data = valuesOf('data');
  if (data.length === 0) return null;
  return {
    event: valuesOf('event')[0] ?? 'message',
    id: valuesOf('id')[0] ?? null,
    data: JSON.parse(data.join('\n')),
  };
}
